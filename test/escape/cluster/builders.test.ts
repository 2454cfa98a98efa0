import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type App, configMap, createApp } from '../../e2e/app.ts';
import { condition } from '../../e2e/live.ts';
import type { Step } from '../guest/program.ts';
import { answers, fails, logs, speaker } from '../guest/speaker.ts';
import { createStage } from './stage.ts';

/** What a builder renders is parsed, substituted and applied by the host. */
const stage = await createStage();
const { world } = stage;
test.after(() => stage.close());

let count = 0;

/** Builds with a plugin that does this, and waits until it is judged. */
async function built(
  build: readonly Step[],
  spec: object = {},
): Promise<{ app: App; name: string; message: string; ready: string }> {
  count += 1;
  const name = `builder-${count}`;
  await stage.install(name, await speaker({ name, kind: 'builder' }, { build }));
  await world.ready(`Plugin/${name}`);
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { builder: { plugin: name }, retryInterval: '1h', timeout: '20s', ...spec },
  });
  const object = await world.until(
    app.kustomization,
    'to be judged',
    (live) => {
      const { status, reason } = condition(live, 'Ready') ?? {};
      // Its source may be younger than it is.
      return status === 'True' || (status === 'False' && reason !== 'ArtifactFailed');
    },
    60_000,
  );
  const ready = condition(object, 'Ready');
  return { app, name, message: ready?.message ?? '', ready: ready?.status ?? '' };
}

const yaml = (resources: string) => [answers({ resources })];
const laughs = (levels: number) =>
  [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...Array.from({ length: levels }, (_, index) => {
      const [from, to] = [String.fromCharCode(97 + index), String.fromCharCode(98 + index)];
      return `${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(', ')}]`;
    }),
  ].join('\n');

const refused: Record<string, [build: readonly Step[], message: RegExp]> = {
  nothing: [[], /empty|not understood/],
  null: [[answers('null')], /not understood/],
  'a list': [[answers([])], /not understood/],
  'resources that are a list': [[answers({ resources: [{}] })], /not understood/],
  'resources in a prototype': [[answers('{"__proto__":{"resources":""}}')], /not understood/],
  'text that is no JSON': [[answers('resources: x')], /not JSON/],
  'brackets without end': [[answers('['.repeat(150_000))], /not JSON/],
  'YAML that laughs': [yaml(laughs(9)), /alias/i],
  'YAML that laughs in a map': [
    yaml(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n${laughs(9).replaceAll(/^/gm, '  ')}`),
    /alias/i,
  ],
  'YAML that refers to itself': [
    yaml('apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: x, a: *m}'),
    /alias|anchor|circular|unidentified/i,
  ],
  'YAML as deep as a stack': [
    yaml(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: ${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}`,
    ),
    /deep|nest|depth/i,
  ],
  'a name that is a path': [yaml('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ../../secrets/x}'), /./],
  'a kind that is a path': [yaml('apiVersion: v1/../../x\nkind: ../Secret\nmetadata: {name: x}'), /./],
  'a name that is a number': [yaml('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 1e999}'), /./],
  'more bases that it needs, for ever': [
    [answers({ remotes: ['https://example.com/x?ref=a', 'https://example.com/y?ref=b'] })],
    /./,
  ],
  'a base of the file system': [[answers({ remotes: ['file:///etc', '/etc', '../../..'] })], /./],
  'a base of the metadata service': [[answers({ remotes: ['http://169.254.169.254/latest'] })], /./],
};

for (const [what, [build, message]] of Object.entries(refused)) {
  test(`a builder that answers with ${what} fails with a sentence, and the host goes on`, async () => {
    const { ready, message: said, app } = await built(build, { targetNamespace: undefined });
    assert.is(ready, 'False');
    assert.match(said, message);
    assert.ok(said.length < 5000, `${said.length} characters`);
    assert.not.match(said, /Maximum call stack|undefined|\[object/);
    await world.delete(app.kustomization);
    await world.gone(app.kustomization);
    assert.ok(await world.find(`Namespace/${app.namespace}`));
  });
}

const ignored: Record<string, string> = {
  'YAML with a function':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: !!js/function "function(){return 1}"}',
  'YAML with bytes for a name': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: !!binary eA==}',
};

for (const [what, text] of Object.entries(ignored)) {
  test(`${what} is text, or nothing, as in Flux`, async () => {
    const { ready, app, message } = await built(yaml(text));
    assert.is(ready, 'True', message);
    const { status } = await world.get(app.kustomization);
    assert.ok((status?.inventory?.entries ?? []).every(({ id }) => id.endsWith('_x__ConfigMap')));
  });
}

const incomplete: Record<string, string> = {
  'an object without a name': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}',
  'a list of lists': 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items: [x]',
};

for (const [what, text] of Object.entries(incomplete)) {
  test(`${what} is refused with what is missing`, async () => {
    const { ready, message } = await built(yaml(text));
    assert.is(ready, 'False');
    assert.match(message, /missing/);
  });
}

test('an object that is named by dots is neither applied to nor deleted in place of its namespace', async () => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '..', labels: { owned: 'yes' } } };
  const { ready, message, app } = await built(yaml(JSON.stringify(object)));
  assert.is(ready, 'False');
  assert.match(message, /\.\./);
  const { uid, labels } = (await world.get(`Namespace/${app.namespace}`)).metadata;
  assert.is(labels?.['owned'], undefined);
  await world.delete(app.kustomization);
  await world.gone(app.kustomization);
  assert.is((await world.get(`Namespace/${app.namespace}`)).metadata.uid, uid);
});

test('fields to ignore that reach into prototypes are none, and the host goes on', async () => {
  const paths = [
    '/__proto__/toString',
    '/metadata/__proto__/hasOwnProperty',
    '/data/constructor/prototype/x',
  ];
  const text = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x' },
    data: { a: 'b' },
  });
  const { ready, app } = await built(yaml(text), { ignore: [{ paths }] });
  assert.is(ready, 'True');
  await world.patch(app.ref('ConfigMap', 'x'), { data: { a: 'drifted' } });
  const healed = ({ data }: { data?: Record<string, string> }) => data?.['a'] === 'b';
  await world.until(app.ref('ConfigMap', 'x'), 'to be corrected', healed);
});

test('keys that reach into prototypes are data, and change nothing in the host', async () => {
  const object =
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"proto","__proto__":{"labels":{"polluted":"yes"}}},"data":{"constructor":"a"}}';
  const { ready, app } = await built(yaml(object));
  assert.is(ready, 'True');
  const applied = await world.get(app.ref('ConfigMap', 'proto'));
  assert.is(applied.metadata.labels?.['polluted'], undefined);
  const other = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(other.kustomization);
  assert.is((await world.get(other.ref('ConfigMap', 'one'))).metadata.labels?.['polluted'], undefined);
});

test('what a builder renders is applied with the rights of the Kustomization, not with those of the host', async () => {
  const role = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'made-by-a-plugin' },
  });
  const { ready, message } = await built(yaml(role), {
    serviceAccountName: 'nobody',
    targetNamespace: undefined,
  });
  assert.is(ready, 'False');
  assert.match(message, /forbidden|cannot/i);
  assert.is(await world.find('Namespace/made-by-a-plugin'), undefined);
});

test('a builder that claims that its failure is for good has it shown as stalled, by its own words', async () => {
  const { app, message } = await built([
    fails({ message: '\u001b[32mReady\u001b[0m', terminal: true, reason: 'Succeeded' }),
  ]);
  assert.match(message, /\\u001b\[32mReady/);
  assert.is(condition(await world.get(app.kustomization), 'Ready')?.status, 'False');
});

test('lines that a plugin forges are inside of a line of the log', async () => {
  const forged = '{"level":"error","msg":"forged by a plugin","controller":"kustomization"}';
  const { name } = await built([logs(`first\n${forged}\r\n${forged}`), fails(`no\n${forged}`)]);
  const lines = (await stage.log()).split('\n').filter(Boolean);
  for (const line of lines) assert.not.throws(() => JSON.parse(line), line.slice(0, 200));
  assert.ok(lines.some((line) => line.includes(`"plugin":"${name}"`)));
  assert.equal(
    lines.filter((line) => JSON.parse(line).msg === 'forged by a plugin'),
    [],
  );
});

test('metrics have the names of plugins and of results, and nothing that a plugin says', async () => {
  await built([fails({ message: 'm-forged"} 1\nflux_host_forged 1', reason: 'ForgedReason' })]);
  const metrics = await stage.metrics();
  assert.not.match(metrics, /forged/i);
});

test.run();
