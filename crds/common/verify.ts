import * as t from '../schema.ts';

export const verifyProvider = t.oneOf(['cosign', 'notation'], 'Tool whose signatures are checked.', {
  default: 'cosign',
});

export const matchOIDCIdentity = t.array(
  t.object('Who may have signed without a key. Both expressions must match.', {
    issuer: t.string('Regular expression that the OIDC issuer has to match.'),
    subject: t.string('Regular expression that the identity in the certificate has to match.'),
  }),
  'Identities whose keyless cosign signatures are trusted; one match is enough.',
);
