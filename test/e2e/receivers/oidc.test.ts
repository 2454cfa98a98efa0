import { startIssuer } from '@flux-host/host/receivers/testing/issuer.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { hookUrl, logged, receiver, requestOf, send } from './webhook.ts';

const issuer = await startIssuer();
let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(async () => {
  await Promise.all([world.close(), issuer.close()]);
});

const validations = [
  { expression: 'claims.repository in vars.allowed', message: 'wrong repository' },
  { expression: "claims.environment == 'production'", message: 'wrong environment' },
];
const variables = [{ name: 'allowed', expression: "['org/app']" }];
const good = { repository: 'org/app', environment: 'production', aud: 'flux' };

async function createHook(resourceFilter?: string) {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  const { secretRef: _none, ...spec } = receiver(app.namespace, {
    type: 'generic-oidc',
    oidcProviders: [{ issuerURL: issuer.url, audience: 'flux', variables, validations }],
    ...(resourceFilter ? { resourceFilter } : {}),
  }).spec;
  await world.apply({ ...receiver(app.namespace), spec });
  await world.ready(app.source);
  return { app, url: await hookUrl(world, app.namespace) };
}

const bearer = (token: string) => ({ method: 'POST', headers: { authorization: `Bearer ${token}` } });

test('a token of the issuer, with the claims that are asked for, opens the Receiver', async () => {
  const { app, url } = await createHook();
  await app.repository.commit({ files: { 'two.yaml': configMap('two') } });
  assert.is(await send(url, bearer(await issuer.token(good))), 200);
  await world.ready(app.source, await app.revision());
});

test('a genuine token with other claims does not, and the log says which', async () => {
  const { app, url } = await createHook();
  const claims = { ...good, repository: 'evil/app', environment: 'staging' };
  assert.is(await send(url, bearer(await issuer.token(claims))), 400);
  assert.is(await requestOf(world, app.source), undefined);
  await logged(world, /token validation failed: wrong repository; wrong environment/);
});

test('a token for somebody else, of somebody else, or none at all does not', async () => {
  const { app, url } = await createHook();
  const stranger = await startIssuer();
  const attempts: RequestInit[] = [
    { method: 'POST' },
    bearer('not-a-jwt'),
    bearer(await issuer.token({ ...good, aud: 'somebody-else' })),
    bearer(await stranger.token(good)),
    bearer(await stranger.token({ ...good, iss: issuer.url })),
  ];
  for (const attempt of attempts) assert.is(await send(url, attempt), 400, JSON.stringify(attempt));
  assert.equal(stranger.requests, [], 'a stranger made the host call');
  await stranger.close();
  assert.is(await requestOf(world, app.source), undefined);
});

test('filters see the claims', async () => {
  const { app, url } = await createHook("claims.ref == 'refs/heads/main' && res.metadata.name == 'app'");
  assert.is(await send(url, bearer(await issuer.token({ ...good, ref: 'refs/heads/x' }))), 200);
  assert.is(await requestOf(world, app.source), undefined);
  assert.is(await send(url, bearer(await issuer.token({ ...good, ref: 'refs/heads/main' }))), 200);
  assert.ok(await requestOf(world, app.source));
});

test.run();
