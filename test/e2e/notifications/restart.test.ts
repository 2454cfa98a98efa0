import { readdir, readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { alert, createStage, event, post, receivedFor, type Stage, secret } from './stage.ts';

const token = 'kept-off-the-disk';

let stage: Stage;
test.before(async () => {
  stage = await createStage();
});
test.after(() => stage.close());

/** A namespace whose Alert the host knows. */
async function watched(): Promise<string> {
  const { world, service } = stage;
  const namespace = await stage.namespace({
    address: 'http://unused.invalid',
    secretRef: { name: 'access' },
  });
  await world.apply(secret(namespace, 'access', { address: service.url, token }), alert(namespace));
  await world.eventually({ what: 'the Alert to be known' }, async () => {
    await post(world, event(namespace, 'warm-up', { message: `warm-up ${Math.random()}` }));
    return receivedFor(service, namespace).length > 0;
  });
  return namespace;
}

const texts = (namespace: string) =>
  receivedFor(stage.service, namespace).map(({ event: { message } }) => message);

test('what was accepted before a kill -9 is delivered after the start, in its order', async () => {
  const { world, service, dir } = stage;
  const namespace = await watched();
  service.answer = ({ event: { message } }) => (message.startsWith('kept') ? { status: 503 } : undefined);
  for (let n = 0; n < 50; n += 1) {
    assert.is(await post(world, event(namespace, 'web', { message: `kept ${n}` })), 202);
  }
  await world.host.kill();
  service.answer = () => undefined;
  assert.not(texts(namespace).some((text) => text.startsWith('kept')));
  await world.startHost({ dir, pluginDirs: [`${dir}/../plugins`] });
  const kept = () => texts(namespace).filter((text) => text.startsWith('kept'));
  await world.eventually({ what: 'everything that was accepted' }, () => new Set(kept()).size === 50);
  assert.equal(
    kept(),
    Array.from({ length: 50 }, (_, n) => `kept ${n}`),
  );
});

test('nothing accepted is lost when the host is killed in the middle of a burst, and little comes twice', async () => {
  const { world, dir } = stage;
  const namespace = await watched();
  const accepted = new Set<string>();
  let stop = false;
  const senders = Array.from({ length: 4 }, async (_, sender) => {
    for (let n = 0; !stop; n += 1) {
      const message = `burst ${sender}-${n}`;
      const status = await post(world, event(namespace, `app-${sender}`, { message })).catch(() => 0);
      if (status === 202) accepted.add(message);
      if (status === 0) return;
    }
  });
  await world.eventually({ what: 'a burst' }, () => accepted.size > 100);
  await world.host.kill();
  stop = true;
  await Promise.all(senders);
  await world.startHost({ dir, pluginDirs: [`${dir}/../plugins`] });
  const missing = () => {
    const got = new Set(texts(namespace));
    return [...accepted].filter((message) => !got.has(message));
  };
  await world.eventually(
    { what: 'all that was accepted', state: () => `${missing().length} of ${accepted.size} are missing` },
    () => missing().length === 0,
  );
  const burst = texts(namespace).filter((text) => text.startsWith('burst'));
  const twice = burst.length - new Set(burst).size;
  assert.ok(twice < 20, `${twice} of ${burst.length} came twice: only what was under way may`);
});

test('no secret is on the disk', async () => {
  const { world, service, dir } = stage;
  const namespace = await watched();
  service.answer = () => ({ status: 503, body: token });
  await post(
    world,
    event(namespace, 'web', { message: `waits, with https://user:${token}@git.example.com` }),
  );
  await world.host.kill();
  const folder = `${dir}/storage/.outbox`;
  const files = await Promise.all(
    (await readdir(folder)).map((name) => readFile(`${folder}/${name}`, 'utf8')),
  );
  const all = files.join('');
  assert.ok(all.includes('waits, with'), 'it is the right folder');
  for (const secretText of [token, service.url]) assert.not(all.includes(secretText), secretText);
});

test.run();
