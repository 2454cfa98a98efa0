import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactGenerator } from '@flux-host/crds/source-extensions/artifact-generator.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejectionOf } from '../../errors/testing.ts';
import { artifactRequests } from './requests.ts';

const dir = mkdtempSync(join(tmpdir(), 'generator-'));
for (const path of ['a/One/x', 'a/two/y', 'b-x-1', 'b-y']) mkdirSync(join(dir, path), { recursive: true });
test.after(() => rmSync(dir, { recursive: true }));

const generator = (pathPattern: string, name: string, from = '@repo/x'): ArtifactGenerator => ({
  apiVersion: 'source.extensions.fluxcd.io/v1beta1',
  kind: 'ArtifactGenerator',
  metadata: { name: 'gen', namespace: 'apps' },
  spec: {
    sources: [{ alias: 'repo', kind: 'GitRepository', name: 'repo' }],
    artifacts: [{ name, copy: [{ from, to: '@artifact/' }] }],
    pathPattern,
  },
});

const requests = (pathPattern: string, name: string, from?: string) =>
  artifactRequests(generator(pathPattern, name, from), (alias) => (alias === 'repo' ? dir : undefined));

test('every folder that matches makes an artifact: names in lower case, paths as they are', async () => {
  const made = await requests('@repo/a/{app}/{env}', '{app}-{env}', '@repo/a/{app}/{env}/**');
  assert.equal(
    made.map(({ name, labels, copy }) => [name, labels, copy[0]?.from]),
    [
      ['one-x', { app: 'one', env: 'x' }, '@repo/a/One/x/**'],
      ['two-y', { app: 'two', env: 'y' }, '@repo/a/two/y/**'],
    ],
  );
});

test('a capture may be a part of a name', async () => {
  const made = await requests('@repo/b-{rest}', 'n-{rest}');
  assert.equal(
    made.map(({ name }) => name),
    ['n-x-1', 'n-y'],
  );
});

test('a pattern that matches nothing makes nothing', async () => {
  assert.equal(await requests('@repo/none/{app}', '{app}'), []);
});

const wrong: [string, string, RegExp][] = [
  ['@repo/a/{app', '{app}', /capture starting at offset 2 is missing closing brace/],
  ['@repo/a/app}', 'x', /capture ending at offset 5 is missing opening brace/],
  ['@repo/a/{}', 'x', /empty capture variable/],
  ['@repo/{a}/{a}', 'x', /duplicate capture variable "a"/],
  ['@repo/{1a}', 'x', /must be a valid capture name/],
  ['@repo/a/{app}', '{env}', /capture variable "env" is not defined by pathPattern/],
  ['@repo/a/{app}', 'same', /directories "a\/One" and "a\/two" both resolve to artifact name "same"/],
  ['@repo/a/{app}', '{app}_', /rendered artifact name "one_" is not a valid Kubernetes object name/],
  ['@other/a/{app}', '{app}', /source alias other not found/],
];
for (const [pattern, name, message] of wrong) {
  test(`${pattern} for ${name} is refused with what is wrong`, async () => {
    const error = await rejectionOf(requests(pattern, name));
    assert.match(error.message, message);
    assert.ok(error.terminal);
  });
}

test.run();
