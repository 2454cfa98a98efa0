import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rejectionOf } from '../errors/testing.ts';
import { createPlugins } from '../plugins/plugins.ts';
import type { Plugins, PluginUse } from '../plugins/types.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { type BuilderOptions, createBuilder } from './builder.ts';
import type { BuildRequest, FetchRemote } from './types.ts';

const configMap = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  value: ${value}\n`;

const builds = suite('builder');
const root = mkdtempSync(join(tmpdir(), 'builder-'));
const sandbox = createSandbox({ slots: 1 });
/** Calls that reached the plugin. */
let calls: PluginUse[] = [];
let plugins: Pick<Plugins, 'find' | 'call'>;
let closing: (() => Promise<void>)[] = [];
let trees = 0;

builds.before(async () => {
  const real = await createPlugins({
    sandbox,
    dirs: [join(import.meta.dirname, '../../.build/plugins')],
    onError: (error) => {
      throw error;
    },
  });
  plugins = {
    find: (kind, type) => real.find(kind, type),
    call: (use) => {
      calls.push(use);
      return real.call(use);
    },
  };
});
builds.before.each(() => {
  calls = [];
});
builds.after.each(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});
builds.after(async () => {
  await sandbox.close();
  rmSync(root, { recursive: true });
});

function tree(files: Readonly<Record<string, string>>): BuildRequest['tree'] {
  trees += 1;
  const dir = join(root, `tree-${trees}`);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  return { dir, digest: `sha256:${trees}`, release: () => {} };
}

function builder(options: Partial<BuilderOptions> = {}) {
  const created = createBuilder({ plugins, ...options });
  closing.push(() => created.close());
  return created;
}

type Wanted = Pick<BuildRequest, 'tree'> & Partial<BuildRequest>;

function request(wanted: Wanted): BuildRequest {
  return {
    plugin: 'kustomize',
    path: './',
    spec: {},
    tenant: 'apps',
    remoteBases: 'allow',
    signal: new AbortController().signal,
    ...wanted,
  };
}

builds('a folder without kustomization.yaml becomes its objects, in the order of the files', async () => {
  const result = await builder().build(
    request({
      tree: tree({ 'apps/b.yaml': configMap('b', '"1"'), 'apps/a.yaml': configMap('a', '"2"') }),
      path: './apps',
    }),
  );
  assert.equal(
    result.objects.map(({ metadata }) => metadata.name),
    ['a', 'b'],
  );
  assert.match(result.digest, /^sha256:[0-9a-f]{64}$/);
  assert.ok(result.reads.includes('apps/a.yaml'));
});

builds('variables are substituted and change the types of unquoted values', async () => {
  const { objects } = await builder().build(
    request({ tree: tree({ 'a.yaml': configMap('a', `\${count:=1}`) }), variables: { count: '2\n' } }),
  );
  assert.equal(objects[0]?.['data'], { value: 2 });
});

builds('an object with the opt-out annotation keeps its expressions', async () => {
  const optOut = configMap('a', `\${x}`).replace(
    'metadata:\n',
    "metadata:\n  annotations: {kustomize.toolkit.fluxcd.io/substitute: 'disabled'}\n",
  );
  const { objects } = await builder().build(
    request({ tree: tree({ 'a.yaml': optOut }), variables: { x: 'y' } }),
  );
  assert.equal(objects[0]?.['data'], { value: `\${x}` });
});

builds('a variable that is not set fails the build and names object and variable', async () => {
  const error = await rejectionOf(
    builder().build(request({ tree: tree({ 'a.yaml': configMap('a', `\${x}`) }), variables: { y: '' } })),
  );
  assert.is(error.reason, 'BuildFailed');
  assert.is(
    error.message,
    `post build failed for 'ConfigMap/a': envsubst error: variable substitution failed: variable not set (strict mode): "x"`,
  );
});

builds(
  'a value that breaks the YAML is told apart from YAML that was broken before, and is not quoted',
  async () => {
    const error = await rejectionOf(
      builder().build(
        request({ tree: tree({ 'a.yaml': configMap('a', `\${x}`) }), variables: { x: '[secret' } }),
      ),
    );
    assert.match(error.message, /^the YAML of 'ConfigMap\/a' cannot be read: /);
    assert.not.match(error.text, /secret/);
    assert.match(error.text, /quote the values/);
  },
);

builds('the plugin’s failure comes through with file, reason and hint', async () => {
  const error = await rejectionOf(
    builder().build(request({ tree: tree({ 'values.yaml': 'replicas: 1\n' }) })),
  );
  assert.is(error.reason, 'BuildFailed');
  assert.match(error.message, /failed to decode Kubernetes YAML from values.yaml: missing Resource metadata/);
  assert.match(error.text, /\.sourceignore/);
});

builds('nesting without end is a failure that names the file', async () => {
  const deep = `${configMap('a', 'b')}x: ${'['.repeat(100_000)}`;
  const error = await rejectionOf(builder().build(request({ tree: tree({ 'a.yaml': deep }) })));
  assert.match(error.message, /a\.yaml: yaml: line 7: nested more than 500 levels deep/);
});

builds('nesting just below the limit builds', async () => {
  const deep = `${configMap('a', 'b')}x: ${'['.repeat(490)}${']'.repeat(490)}\n`;
  const { objects } = await builder().build(request({ tree: tree({ 'a.yaml': deep }) }));
  assert.is(objects.length, 1);
});

builds('files that a kustomization does not refer to are not opened', async () => {
  const files = tree({
    'apps/kustomization.yaml': 'resources: [a.yaml]\n',
    'apps/a.yaml': configMap('a', 'b'),
    'apps/large.yaml': configMap('large', 'b'),
    'other/b.yaml': configMap('b', 'b'),
  });
  const { reads } = await builder().build(request({ tree: files, path: 'apps' }));
  assert.ok(reads.includes('apps/a.yaml'));
  assert.equal(
    reads.filter((name) => name.startsWith('other') || name.includes('large')),
    [],
  );
});

builds('an unchanged build is not built again, and callers cannot spoil each other’s objects', async () => {
  const files = tree({ 'a.yaml': configMap('a', 'b') });
  const one = builder();
  const first = await one.build(request({ tree: files }));
  first.objects[0]!.metadata.name = 'spoiled';
  const second = await one.build(request({ tree: files, spec: { interval: '5m' } }));
  assert.is(calls.length, 1);
  assert.is(second.cached, true);
  assert.is(second.digest, first.digest);
  assert.is(second.objects[0]?.metadata.name, 'a');
});

builds('a commit that leaves the files of the build alone does not build again', async () => {
  const one = builder();
  const files = { 'apps/a.yaml': configMap('a', 'b'), 'docs/readme.md': 'old' };
  await one.build(request({ tree: tree(files), path: 'apps' }));
  const second = await one.build(
    request({ tree: tree({ ...files, 'docs/readme.md': 'new' }), path: 'apps' }),
  );
  assert.is(second.cached, true);
  assert.is(calls.length, 1);
});

for (const [what, change] of Object.entries({
  'a changed file': { tree: { 'apps/a.yaml': configMap('a', 'c') } },
  'a new file in the folder': { tree: { 'apps/b.yaml': configMap('b', 'b') } },
  'a new kustomization.yaml': {
    tree: { 'apps/kustomization.yaml': 'namePrefix: x-\nresources: [a.yaml]\n' },
  },
  'a new component that was ignored while missing': {
    tree: { 'more/kustomization.yaml': 'kind: Component\nnamePrefix: x-\n' },
  },
  'another variable': { variables: { x: 'z' } },
  'another patch': { spec: { namePrefix: 'x-' } },
  'another namespace': { tenant: 'other' },
})) {
  builds(`${what} builds again`, async () => {
    const one = builder();
    const files = { 'apps/a.yaml': configMap('a', `\${x}`) };
    const base = {
      path: 'apps',
      variables: { x: 'y' },
      spec: { components: ['../more'], ignoreMissingComponents: true },
    };
    await one.build(request({ ...base, tree: tree(files) }));
    const { tree: changed = {}, ...rest } = change as { tree?: Record<string, string> };
    const second = await one.build(
      request({
        ...base,
        ...rest,
        spec: { ...base.spec, ...('spec' in change ? change.spec : {}) },
        tree: tree({ ...files, ...changed }),
      }),
    );
    assert.is(second.cached, false);
    assert.is(calls.length, 2);
  });
}

builds('remote bases are refused where they are not allowed, by name', async () => {
  const files = tree({ 'kustomization.yaml': 'resources: ["https://example.com/a.yaml"]\n' });
  const fetchRemote: FetchRemote = () => Promise.reject(new Error('must not be asked'));
  const error = await rejectionOf(
    builder({ fetchRemote }).build(request({ tree: files, remoteBases: 'refuse' })),
  );
  assert.is(error.code, 'FLUX_E_BUILD_REMOTE_BASE_REFUSED');
  assert.match(error.text, /https:\/\/example\.com\/a\.yaml.*--no-remote-bases/);
});

builds('remote bases are fetched, with those of their own, and given back', async () => {
  const repository = tree({
    'overlay/kustomization.yaml': 'namePrefix: remote-\nresources: [../base, "https://example.com/b.yaml"]\n',
    'base/kustomization.yaml': 'resources: [a.yaml]\n',
    'base/a.yaml': configMap('a', 'b'),
  });
  const file = tree({ 'b.yaml': configMap('b', 'c') });
  const released: string[] = [];
  const fetchRemote: FetchRemote = (base) => {
    const [dir, path] = base.startsWith('https') ? [file.dir, 'b.yaml'] : [repository.dir, 'overlay'];
    return Promise.resolve({ dir, path, release: () => released.push(base) });
  };
  const base = 'github.com/org/repo//overlay?ref=v1';
  const files = tree({ 'kustomization.yaml': `resources: ["${base}"]\n` });
  const one = builder({ fetchRemote });
  const { objects } = await one.build(request({ tree: files }));
  assert.equal(
    objects.map(({ metadata }) => metadata.name),
    ['remote-a', 'remote-b'],
  );
  assert.equal(released, [base, 'https://example.com/b.yaml']);
  assert.is((await one.build(request({ tree: files }))).cached, false, 'the base may have changed');
});

builds('a base that cannot be fetched is named', async () => {
  const files = tree({ 'kustomization.yaml': 'resources: ["https://example.com/a.yaml"]\n' });
  const fetchRemote: FetchRemote = () => Promise.reject(new Error('connection refused'));
  const error = await rejectionOf(builder({ fetchRemote }).build(request({ tree: files })));
  assert.is(error.message, 'cannot fetch the remote base https://example.com/a.yaml: connection refused');
});

builds('an aborted build ends as an abort', async () => {
  const controller = new AbortController();
  const files = tree({ 'a.yaml': configMap('a', 'b') });
  const work = builder().build(request({ tree: files, signal: controller.signal }));
  controller.abort();
  try {
    await work;
    assert.unreachable();
  } catch (error) {
    assert.is(error instanceof Error && error.name, 'AbortError');
  }
});

builds.run();
