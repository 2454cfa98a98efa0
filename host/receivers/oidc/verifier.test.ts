import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejectionOf } from '../../errors/testing.ts';
import { createEgress } from '../../sandbox/egress/egress.ts';
import { startIssuer } from '../testing/issuer.ts';
import { createTokenVerifier } from './verifier.ts';

const egress = createEgress();
const issuer = await startIssuer();
const other = await startIssuer();
test.before.each(() => {
  issuer.answer = undefined;
  issuer.requests.length = 0;
});
test.after(async () => {
  await Promise.all([issuer.close(), other.close(), egress.close()]);
});

const audiences = ['notification-controller'];
const signal = new AbortController().signal;

function verify(
  token: string,
  check: { issuers?: string[]; verifier?: ReturnType<typeof createTokenVerifier> } = {},
) {
  const { issuers = [issuer.url], verifier = createTokenVerifier({ egress }) } = check;
  return verifier.verify({ token, issuers, audiences, signal });
}

test('a token of a trusted issuer gives its claims', async () => {
  const claims = await verify(await issuer.token({ repository: 'org/app' }));
  assert.is(claims['repository'], 'org/app');
  assert.is(claims['iss'], issuer.url);
});

test('a token that somebody else signed in the name of the issuer is refused', async () => {
  const error = await rejectionOf(verify(await other.token({ iss: issuer.url })));
  assert.is(error.code, 'FLUX_E_RECEIVER_TOKEN');
  assert.match(error.message, 'failed to verify OIDC token: signature verification failed');
});

test('a genuine token of an issuer that is not trusted here is refused, and the issuer is not asked', async () => {
  other.requests.length = 0;
  const error = await rejectionOf(verify(await other.token({})));
  assert.match(error.message, `issued by "${other.url}", which is not trusted`);
  assert.equal(other.requests, []);
});

const wrong: [string, object, RegExp][] = [
  ['for another audience', { aud: 'somebody-else' }, /"aud".*hint: .*audience that the Receiver expects/],
  ['that has expired', { exp: Math.floor(Date.now() / 1000) - 60 }, /"exp".*hint: /],
  ['that never expires', { exp: undefined }, /missing required "exp"/],
  ['that is not valid yet', { nbf: Math.floor(Date.now() / 1000) + 600 }, /"nbf"/],
];
for (const [what, claims, message] of wrong) {
  test(`a token ${what} is refused`, async () => {
    const error = await rejectionOf(verify(await issuer.token({ ...claims })));
    assert.is(error.code, 'FLUX_E_RECEIVER_TOKEN');
    assert.match(error.text, message);
  });
}

test('a token without a signature is refused, even if the issuer says that it makes such', async () => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: issuer.url, aud: audiences, exp: Math.floor(Date.now() / 1000) + 60 };
  const error = await rejectionOf(verify(`${encode({ alg: 'none' })}.${encode(claims)}.`));
  assert.is(error.code, 'FLUX_E_RECEIVER_TOKEN');
});

test('what is no token is refused before anybody is asked', async () => {
  for (const token of ['not-a-jwt', 'a.b.c', 'x'.repeat(100_000)]) {
    assert.is((await rejectionOf(verify(token))).code, 'FLUX_E_RECEIVER_TOKEN');
  }
  assert.equal(issuer.requests, []);
});

test('an issuer is asked once for many tokens, also when they come at the same time', async () => {
  const verifier = createTokenVerifier({ egress });
  const token = await issuer.token({});
  await Promise.all([1, 2, 3].map(() => verify(token, { verifier })));
  await verify(token, { verifier });
  assert.equal(issuer.requests, ['/.well-known/openid-configuration', '/keys']);
});

test('however many tokens with unknown keys come, the issuer is left alone', async () => {
  const verifier = createTokenVerifier({ egress });
  const unknown = await issuer.token({}, { kid: 'nobody' });
  for (let n = 0; n < 5; n += 1)
    assert.is((await rejectionOf(verify(unknown, { verifier }))).code, 'FLUX_E_RECEIVER_TOKEN');
  assert.is(issuer.requests.length, 2);
});

const unusable: [string, (url: string) => { status?: number; body: string }, RegExp][] = [
  ['answers with an error', () => ({ status: 503, body: 'down' }), /HTTP status 503/],
  ['answers with HTML', () => ({ body: '<html>' }), /did not answer with JSON/],
  [
    'gives itself out as another one',
    () => ({ body: JSON.stringify({ issuer: 'https://a.test', jwks_uri: 'https://a.test/keys' }) }),
    /issuer did not match/,
  ],
  [
    'sends the host to the metadata of the cloud',
    (url) => ({ body: JSON.stringify({ issuer: url, jwks_uri: 'http://169.254.169.254/latest' }) }),
    /169\.254\.169\.254/,
  ],
  ['answers without an end', () => ({ body: `"${'x'.repeat(2 ** 21)}"` }), /limit|more than/],
];
for (const [what, answer, message] of unusable) {
  test(`an issuer that ${what} vouches for nothing`, async () => {
    const token = await issuer.token({});
    issuer.answer = (_request, response) => {
      const { status = 200, body } = answer(issuer.url);
      response.writeHead(status).end(body);
    };
    const error = await rejectionOf(verify(token));
    assert.is(error.code, 'FLUX_E_RECEIVER_ISSUER');
    assert.match(error.text, message);
  });
}

test('an issuer that failed is asked again for the next token', async () => {
  const verifier = createTokenVerifier({ egress });
  const token = await issuer.token({});
  issuer.answer = (_request, response) => response.writeHead(500).end();
  await rejectionOf(verify(token, { verifier }));
  issuer.answer = undefined;
  assert.is((await verify(token, { verifier }))['iss'], issuer.url);
});

test.run();
