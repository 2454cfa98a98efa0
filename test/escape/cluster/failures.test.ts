import { gunzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { at, condition } from '../../e2e/live.ts';
import { type Step, step } from '../guest/program.ts';
import { answers, fails, logs, speaker } from '../guest/speaker.ts';
import { open, write, writeText } from '../guest/wasi.ts';
import { createStage, pluginSource } from './stage.ts';

/** What a source says is written into objects of the API server, which has rules of its own: a status that it refuses would tell nobody anything. */
const stage = await createStage();
const { world } = stage;
test.after(() => stage.close());

let count = 0;

/** Installs a source, uses it, and gives back what the user sees. */
async function used(resolve: readonly Step[], fetch: readonly Step[] = []) {
  count += 1;
  const name = `source-${count}`;
  const namespace = await world.cluster.namespace('tenant');
  await stage.install(name, await speaker({ name, kind: 'source' }, { resolve, fetch }));
  await world.ready(`Plugin/${name}`);
  await world.apply(pluginSource(namespace, name));
  const ref = `PluginSource/${namespace}/${name}`;
  const object = await world.until(
    ref,
    'to be judged',
    (live) => condition(live, 'Ready')?.status !== 'Unknown' && condition(live, 'Ready') !== undefined,
  );
  return { name, namespace, ref, object, ready: condition(object, 'Ready') };
}

const failures: Record<string, [failure: unknown, reason: RegExp, message: RegExp]> = {
  'a reason with blanks': [{ message: 'first', reason: 'Not A Reason' }, /^\w+$/, /first/],
  'an empty reason': [{ message: 'second', reason: '' }, /^\w+$/, /second/],
  'a reason with a line end': [{ message: 'third', reason: 'Good\nReady' }, /^\w+$/, /third/],
  'a reason without end': [{ message: 'fourth', reason: 'R'.repeat(5000) }, /^\w{1,200}$/, /fourth/],
  'a reason in another script': [{ message: 'fifth', reason: 'Ошибка' }, /^\w+$/, /fifth/],
  'a hint of a megabyte': [{ message: 'sixth', hint: 'h'.repeat(100_000) }, /^\w+$/, /sixth \(hint: h+/],
  'a message of a megabyte': ['m'.repeat(150_000), /^\w+$/, /^m+$/],
  'a message with colours': [
    '\u001b[31mred\u001b[0m \u009b2J \u0007',
    /^\w+$/,
    /^\\u001b\[31mred\\u001b\[0m \\u009b2J/,
  ],
  'a message that is written backwards': ['safe \u202e lufmrah', /^\w+$/, /safe \\u202e lufmrah/],
  'no message': ['   ', /^\w+$/, /without saying why/],
  'a failure of other types': [{ message: 1, reason: {} }, /^\w+$/, /"message":1/],
  'a failure that is a prototype': ['{"message":"m","__proto__":{"terminal":true}}', /^\w+$/, /^m$/],
};

for (const [what, [failure, reason, message]] of Object.entries(failures)) {
  test(`a plugin that fails with ${what} has its failure shown all the same`, async () => {
    const { ready, name } = await used([fails(failure)]);
    assert.is(ready?.status, 'False');
    assert.match(ready?.reason ?? '', reason);
    assert.match(ready?.message ?? '', message);
    await world.request(`Plugin/${name}`);
    const shown = await world.until(
      `Plugin/${name}`,
      'to show it',
      ({ status }) => status?.['lastError'] !== undefined,
    );
    const told = at(shown, 'status', 'lastError', 'message');
    assert.type(told, 'string');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    assert.not.match(String(told), /[\u0000-\u001f\u009b\u202e]/);
  });
}

test('a plugin that wants to be called again at once is not called all the time', async () => {
  const { name } = await used([logs('called once more'), fails({ message: 'again', retryAfterMs: 0 })]);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const calls = (await stage.log()).split(`"plugin":"${name}"`).length - 1;
  assert.ok(calls >= 1 && calls < 10, `it was called ${calls} times in three seconds`);
});

test('a plugin that wants to be called in a thousand years is called again before', async () => {
  const { name } = await used([
    logs('called once more'),
    fails({ message: 'later', retryAfterMs: 2 ** 53 - 1 }),
  ]);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.is((await stage.log()).split(`"plugin":"${name}"`).length - 1, 1, 'it was called at once');
});

const answersOf: Record<string, [resolve: unknown, message: RegExp]> = {
  nothing: ['', /revision|required/],
  null: ['null', /revision|required/],
  'a list': [[], /object|revision/],
  'a number': ['1e999', /object|not JSON/],
  'text that is no JSON': ['{"revision": ', /not JSON/],
  'bytes that are no text': ['\u0000\ud800', /not JSON/],
  'brackets without end': ['['.repeat(150_000), /not JSON/],
  'brackets that do end': [`${'['.repeat(60_000)}${']'.repeat(60_000)}`, /object|revision|nested/],
  'a revision that is a number': [{ revision: 1 }, /revision/],
  'a revision with a line end': [{ revision: 'main\nReady: True' }, /revision/],
  'a revision that is a path': [{ revision: '../../../etc/passwd' }, /revision/],
  'a revision with colours': [{ revision: '\u001b[31mv1' }, /revision/],
  'a revision without end': [{ revision: 'v'.repeat(100_000) }, /revision/],
  'an empty revision': [{ revision: '' }, /revision/],
  'a revision in a prototype': ['{"__proto__":{"revision":"v1"}}', /revision|required/],
};

for (const [what, [answer, message]] of Object.entries(answersOf)) {
  test(`a source that answers with ${what} fails with a sentence about it`, async () => {
    const { ready } = await used([answers(answer)]);
    assert.is(ready?.status, 'False');
    assert.match(ready?.message ?? '', message);
    assert.ok((ready?.message.length ?? 0) < 1000);
  });
}

const resolved = [answers({ revision: 'v1' })];
const file = [open('/out/file', { write: true, create: true }), write(10)];

const fetched: Record<string, [fetch: readonly Step[], message: RegExp]> = {
  'metadata without end': [
    [...file, answers({ revision: 'v1', metadata: { a: 'x'.repeat(120_000) } })],
    /metadata has \d+ characters/,
  ],
  'metadata of other types': [[...file, answers({ revision: 'v1', metadata: { a: { b: 1 } } })], /metadata/],
  'a message that is none': [[...file, answers({ revision: 'v1', message: { a: 1 } })], /message/],
  'another revision that is a path': [[...file, answers({ revision: 'v1/../../x\\y' })], /revision/],
  'nothing at all': [file, /revision|required/],
};

for (const [what, [fetch, message]] of Object.entries(fetched)) {
  test(`a source that fetches with ${what} fails with a sentence about it`, async () => {
    const { ready } = await used(resolved, fetch);
    assert.is(ready?.status, 'False');
    assert.match(ready?.message ?? '', message);
  });
}

test('a message of the size of a book does not keep the artifact from being stored', async () => {
  const { ready } = await used(resolved, [
    ...file,
    answers({ revision: 'v1', message: `\u001b[2J${'b'.repeat(100_000)}` }),
  ]);
  assert.is(ready?.status, 'True');
  assert.ok((ready?.message.length ?? 0) < 1000);
});

test('rules for ignoring that take for ever do not hold up the host', async () => {
  const rules = `${'*a'.repeat(40)}b\n${'**/'.repeat(60)}x\n${'[a-z]*'.repeat(40)}!\n`;
  const steps = [
    open('/out/.sourceignore', { write: true, create: true }),
    writeText(rules),
    open(`/out/${'a'.repeat(200)}`, { write: true, create: true }),
  ];
  const { ready } = await used(resolved, [...steps, answers({ revision: 'v1' })]);
  assert.is(ready?.status, 'True');
});

test('links are not in the artifact, and the neighbour of the source goes on', async () => {
  const links = [
    step('wasi.path_symlink', '/etc/passwd', 3, '/out/passwd'),
    step('wasi.path_symlink', '../..', 3, '/out/up'),
  ];
  const { object, ready } = await used(resolved, [...links, ...file, answers({ revision: 'v1' })]);
  assert.is(ready?.status, 'True');
  const { artifact } = object.status ?? {};
  const url = `${world.host.artifactUrl}/${artifact?.path}`;
  const archive = Buffer.from(await (await fetch(url)).arrayBuffer());
  const tar = gunzipSync(archive).toString('latin1');
  assert.match(tar, /file\0/);
  assert.not.match(tar, /passwd/);
});

test.run();
