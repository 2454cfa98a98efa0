import { createVerify, generateKeyPairSync } from 'node:crypto';
import type { Respond } from '@flux-host/sdk/testing';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';

const test = suite('githubpullrequestcomment');
let github: OpenNotifier;

test.before(async () => {
  github = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => github.close());

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const app = {
  githubAppID: '123',
  githubAppInstallationOwner: 'acme',
  githubAppPrivateKey: privateKey,
};
const provider = { address: 'https://github.com/acme/fleet' };
const event = { metadata: { change_request: '7' } };
const marker = '<!-- flux-pr-comment-key:provider-uid/Kustomization/apps/web -->';

/** GitHub as an App that a user has installed sees it. */
const answers =
  (comments: readonly object[]): Respond =>
  ({ method, url }) => {
    const { pathname } = new URL(url);
    if (pathname === '/orgs/acme/installation') return { status: 404, body: { message: 'Not Found' } };
    if (pathname === '/users/acme/installation') return { body: { id: 55 } };
    if (pathname === '/app/installations/55/access_tokens') return { status: 201, body: { token: 'ghs_1' } };
    if (pathname === '/app') return { body: { slug: 'flux-app' } };
    if (pathname === '/user') return { body: { login: 'ada' } };
    return { body: method === 'GET' ? comments : {} };
  };

test('an App proves itself with its key and comments with the token of its installation', async () => {
  const { requests, failure } = await github.notify({ provider, event, secret: app, respond: answers([]) });
  assert.is(failure, undefined);
  assert.equal(
    requests.map(({ method, url }) => `${method} ${url.replace('https://api.github.com', '')}`),
    [
      'GET /orgs/acme/installation',
      'GET /users/acme/installation',
      'POST /app/installations/55/access_tokens',
      'GET /app',
      'GET /repos/acme/fleet/issues/7/comments?direction=asc&per_page=100&sort=created',
      'POST /repos/acme/fleet/issues/7/comments',
    ],
  );
  const [first] = requests;
  const [header = '', claims = '', signature = ''] = (first?.headers['authorization'] ?? '')
    .replace('Bearer ', '')
    .split('.');
  assert.ok(
    createVerify('RSA-SHA256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url'),
  );
  const { iss, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  assert.equal([iss, exp - iat], ['123', 120]);
  assert.is(requests.at(-1)?.headers['authorization'], 'Bearer ghs_1');
});

test('its own comment is kept up to date, that of somebody else with the same words is left alone', async () => {
  const comments = [
    { id: 1, user: { login: 'mallory' }, body: marker },
    { id: 2, user: { login: 'flux-app[bot]' }, body: `${marker}\n\nolder` },
  ];
  const { requests } = await github.notify({ provider, event, secret: app, respond: answers(comments) });
  const { method, url, body } = requests.at(-1) ?? {};
  assert.equal([method, url], ['PATCH', 'https://api.github.com/repos/acme/fleet/issues/comments/2']);
  assert.match(body ?? '', '## Flux Status');
});

test('a token is used before an App, and a text of the user keeps the mark', async () => {
  const { requests } = await github.notify({
    provider: { address: 'git@github.com:acme/fleet.git' },
    event,
    secret: { ...app, token: 'ghp_1' },
    message: 'deployed',
    respond: answers([]),
  });
  assert.equal(new Set(requests.map(({ headers }) => headers['authorization'])), new Set(['Bearer ghp_1']));
  assert.equal(requests.at(-1)?.json(), { body: `${marker}\n\ndeployed` });
});

test('a number that is none is refused', async () => {
  const { message, terminal } = await github.failure({
    provider,
    event: { metadata: { change_request: 'x/../1' } },
    secret: { token: 't' },
    respond: answers([]),
  });
  assert.match(message, 'invalid "change_request" metadata value');
  assert.ok(terminal);
});

test.run();
