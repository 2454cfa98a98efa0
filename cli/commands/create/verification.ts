import type { HelmChart } from '@flux-host/crds/index.ts';
import { usageError } from '../../command/errors.ts';
import type { Flags, FlagValues } from '../../command/types.ts';

const verifyProviders = ['cosign'];

/** Checks a flag that takes one of a few words. */
export const oneOf =
  (what: string, choices: readonly string[]) =>
  (value: string): string | undefined =>
    choices.includes(value)
      ? undefined
      : `${what} '${value}' is not supported, must be one of: ${choices.join(', ')}`;

/** How an artifact's signature is checked; charts have the same. */
export const verifyFlags: Flags = {
  'verify-provider': {
    type: 'string',
    typeName: verifyProviders.join('|'),
    about: 'the OCI verify provider name to use for signature verification, available options are: (cosign)',
    choices: verifyProviders,
    check: oneOf('source OCI verify provider', verifyProviders),
  },
  'verify-secret-ref': {
    type: 'string',
    about: 'the name of a secret to use for signature verification',
  },
  'verify-subject': {
    type: 'string',
    about: 'regular expression to use for the OIDC subject during signature verification',
  },
  'verify-issuer': {
    type: 'string',
    about: 'regular expression to use for the OIDC issuer during signature verification',
  },
};

/** What those flags say, for the spec. @throws FluxError when they do not go together */
export function verifyFrom(flags: FlagValues): HelmChart['spec']['verify'] {
  const [secret, issuer, subject] = ['verify-secret-ref', 'verify-issuer', 'verify-subject'].map((name) =>
    flags.text(name),
  );
  if (!flags.text('verify-provider')) {
    if (secret) throw usageError('a verification provider must be specified when a secret is specified');
    if (issuer || subject)
      throw usageError('a verification provider must be specified when OIDC issuer/subject is specified');
    return undefined;
  }
  return {
    provider: 'cosign',
    ...(secret && { secretRef: { name: secret } }),
    ...((issuer || subject) && { matchOIDCIdentity: [{ issuer: issuer ?? '', subject: subject ?? '' }] }),
  };
}
