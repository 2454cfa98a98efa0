import { test } from 'uvu';
import { testedPlugin } from '../receiver-common/testing.ts';

const { accepts, refuses } = await testedPlugin(import.meta.dirname, 'generic-oidc');
const issuerURL = 'https://issuer.example.com';
const oidcProviders = [{ issuerURL: 'https://other.example.com', audience: 'other' }, { issuerURL }];
const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
const bearer = (token: string) => ({ oidcProviders, headers: { Authorization: `Bearer ${token}` } });

test('the host is asked to verify the token, for the audience of its issuer', async () => {
  const token = jwt({ iss: issuerURL });
  await accepts(bearer(token), {
    verify: { token, issuers: [issuerURL], audiences: ['notification-controller'] },
  });
  const other = jwt({ iss: 'https://other.example.com' });
  await accepts(bearer(other), {
    verify: { token: other, issuers: ['https://other.example.com'], audiences: ['other'] },
  });
});

test('verified claims open the Receiver', async () => {
  await accepts({ ...bearer(jwt({ iss: issuerURL })), claims: { iss: issuerURL } });
});

test('what is no token of a known issuer is refused', async () => {
  await refuses({ oidcProviders }, /Authorization header is missing or malformed/);
  await refuses({ oidcProviders, headers: { Authorization: 'Basic eA==' } }, /missing or malformed/);
  await refuses(bearer('not-a-jwt'), /failed to parse bearer token: token is not a JWT/);
  await refuses(bearer('a.!.c'), /failed to decode token payload/);
  await refuses(bearer(jwt({})), /missing the 'iss' claim/);
  await refuses(bearer(jwt({ iss: 'https://evil.example.com' })), /no oidcProvider configured for issuer/);
  // A slash more or less is another issuer.
  await refuses(bearer(jwt({ iss: `${issuerURL}/` })), /no oidcProvider configured/);
});

test.run();
