import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { hookUrl, logged, receiver, requestOf, send, tokenSecret } from './webhook.ts';

let world: World;
test.before(async () => {
  world = await createWorld({ withoutHost: true });
});
test.after(() => world.close());
test.after.each(() => world.stopHosts());

/** A Receiver that reconciles an object of its own namespace and one of another. */
async function createHook() {
  const own = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  const other = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  await world.apply(
    tokenSecret(own.namespace),
    receiver(own.namespace, {
      resources: [
        { kind: 'GitRepository', name: 'app', namespace: other.namespace },
        { kind: 'GitRepository', name: 'app', namespace: own.namespace },
      ],
    }),
  );
  return { own, other, url: await hookUrl(world, own.namespace) };
}

test('a Receiver reaches into other namespaces', async () => {
  await world.startHost();
  const { own, other, url } = await createHook();
  assert.is(await send(url), 200);
  assert.ok((await requestOf(world, own.source)) && (await requestOf(world, other.source)));
});

test('unless cross-namespace references are forbidden; its own namespace is not affected', async () => {
  await world.startHost({ flags: ['--no-cross-namespace-refs'] });
  const { own, other, url } = await createHook();
  assert.is(await send(url), 500);
  assert.ok(await requestOf(world, own.source));
  assert.is(await requestOf(world, other.source), undefined);
  await logged(world, /cross-namespace references are not allowed/);
});

test('without the component there are no webhooks', async () => {
  await world.startHost({ flags: ['--components=source-controller'] });
  const { webhookUrl } = world.host;
  const refused = await fetch(webhookUrl).then(
    () => false,
    () => true,
  );
  assert.ok(refused);
});

test.run();
