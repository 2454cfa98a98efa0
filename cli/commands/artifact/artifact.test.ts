import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startFluxCommand } from '@flux-host/test/helpers/flux.ts';
import { artifactPusher, fluxTypes } from '@flux-host/test/helpers/oci/artifacts.ts';
import { startRegistry } from '@flux-host/test/helpers/registry.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { workplace } from '../../testing/plugin.ts';

const theirs = await startFluxCommand();
const registry = await startRegistry();
const locked = await startRegistry({ auth: { kind: 'basic', username: 'ada', password: 'pa55word' } });
const artifacts = artifactPusher(registry.address);
const home = workplace();
const at = (...path: string[]) => join(home.dir, ...path);

test.before(() => {
  mkdirSync(at('app', 'bin'), { recursive: true });
  writeFileSync(at('app', 'one.yaml'), 'kind: ConfigMap\n');
  writeFileSync(at('app', 'logo.png'), 'x');
  writeFileSync(at('app', 'bin', 'run.sh'), '#!/bin/sh\n');
  chmodSync(at('app', 'bin', 'run.sh'), 0o755);
  writeFileSync(at('outside.yaml'), 'kind: Secret\n');
  symlinkSync('../outside.yaml', at('app', 'link.yaml'));
});
test.after(async () => {
  home.remove();
  await artifacts.close();
  await Promise.all([registry.stop(), locked.stop(), theirs.close()]);
});

let count = 0;
const address = () => {
  count += 1;
  return `${registry.address}/config/app-${count}`;
};
const from = '--source=https://git.example.com/app --revision=main@sha1:b3b00fe';
const flux = async (line: string) => {
  const result = await home.flux(line);
  assert.is(result.code, 0, result.err);
  return result;
};
const filesIn = (dir: string) =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(dir, name)).isFile())
    .toSorted();
const empty = (name: string) => {
  rmSync(at(name), { recursive: true, force: true });
  mkdirSync(at(name));
  return at(name);
};

test('what is pushed here is pulled by Flux, and says where it comes from', async () => {
  const to = address();
  const pushed = await flux(`push artifact oci://${to}:v1 --path=app ${from} -a org.example=yes`);
  const [, digest = ''] = /artifact successfully pushed to \S+@(sha256:[0-9a-f]{64})/.exec(pushed.err) ?? [];
  assert.is(
    pushed.err,
    `► pushing artifact to ${to}:v1\n✔ artifact successfully pushed to ${to}@${digest}\n`,
  );
  const dir = empty('pulled');
  const said = await theirs.run('pull', 'artifact', `oci://${to}:v1`, `--output=${dir}`);
  assert.equal(filesIn(dir), ['bin/run.sh', 'one.yaml']);
  const again = await flux(`pull artifact oci://${to}:v1 --output=${empty('again')}`);
  assert.is(again.err.replaceAll(at('again'), dir), said.stderr);
  assert.ok(statSync(join(dir, 'bin/run.sh')).mode & 0o100);
  const { content } = await artifacts.client.manifest({
    ...artifacts.repository(to.split('/').slice(1).join('/')),
    digest,
  });
  if (content.kind !== 'image') throw new Error('it is an index');
  const { config, layers, annotations = {} } = content.manifest;
  assert.equal(
    [config.mediaType, layers.map(({ mediaType }) => mediaType)],
    [fluxTypes.config, [fluxTypes.layer]],
  );
  assert.is(annotations['org.example'], 'yes');
});

test('what Flux pushed is pulled, compared and listed here', async () => {
  const to = address();
  const where = [`oci://${to}:v1.0.0`, `--path=${at('app')}`];
  const pushed = await theirs.run('push', 'artifact', ...where, ...from.split(' '), '--output=json');
  const { digest } = JSON.parse(pushed.stdout);
  const dir = empty('pulled');
  const pulled = await flux(`pull artifact oci://${to}:v1.0.0 --output=pulled`);
  assert.is(
    pulled.err,
    `► pulling artifact from ${to}:v1.0.0\n✔ source https://git.example.com/app\n✔ revision main@sha1:b3b00fe\n✔ digest ${to}@${digest}\n✔ artifact content extracted to pulled\n`,
  );
  assert.equal(filesIn(dir), ['bin/run.sh', 'one.yaml']);
  const same = await flux(`diff artifact oci://${to}:v1.0.0 --path=app`);
  assert.is(same.err, '✔ no changes detected\n');
  assert.is((await theirs.run('diff', 'artifact', ...where)).stderr, same.err);
  writeFileSync(join(dir, 'one.yaml'), 'kind: Secret\n');
  const other = await home.flux(`diff artifact oci://${to}:v1.0.0 --path=pulled`);
  assert.is(other.code, 1);
  assert.match(other.err, /✗ the remote artifact contents differs from the local one/);
  await flux(`tag artifact oci://${to}:v1.0.0 --tag=latest --tag=v1.1.0`);
  const { out } = await flux(`list artifacts oci://${to}`);
  assert.is(out, (await theirs.run('list', 'artifacts', `oci://${to}`)).stdout);
  assert.equal(
    out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/\s+/).filter(Boolean)),
    [
      ['ARTIFACT', 'DIGEST', 'SOURCE', 'REVISION'],
      ...['v1.1.0', 'v1.0.0', 'latest'].map((tag) => [
        `${to}:${tag}`,
        digest,
        'https://git.example.com/app',
        'main@sha1:b3b00fe',
      ]),
    ],
  );
  const some = await flux(`list artifacts oci://${to} --filter-semver=1.0.x`);
  assert.equal([some.out.includes(':v1.0.0'), some.out.includes(':v1.1.0')], [true, false]);
  const regex = await flux(`list artifacts oci://${to} --filter-regex=^lat`);
  assert.equal([regex.out.includes(':latest'), regex.out.includes(':v1.1.0')], [true, false]);
});

test('a reproducible push gives the same digest each time, and prints it for scripts', async () => {
  const to = address();
  const push = (output: string) =>
    flux(`push artifact oci://${to}:v1 --path=app ${from} --reproducible -o ${output}`);
  const first = JSON.parse((await push('json')).out);
  assert.equal(first, {
    url: `oci://${to}@${first.digest}`,
    repository: to,
    tag: 'v1',
    digest: first.digest,
  });
  assert.is(
    (await push('yaml')).out,
    `digest: ${first.digest}\nrepository: ${to}\ntag: v1\nurl: oci://${to}@${first.digest}\n`,
  );
});

test('one file, links and ignored paths: what goes into an artifact', async () => {
  const built = async (flags: string) => {
    await flux(`build artifact ${flags} --output=artifact.tgz`);
    const dir = empty('unpacked');
    await promisify(execFile)('tar', ['-xzf', at('artifact.tgz'), '-C', dir]);
    return filesIn(dir);
  };
  assert.equal(await built('--path=app'), ['bin/run.sh', 'one.yaml']);
  assert.equal(await built('--path=app --resolve-symlinks'), ['bin/run.sh', 'link.yaml', 'one.yaml']);
  assert.equal(await built('--path=app --add-ignore-paths=bin/'), ['one.yaml']);
  assert.equal(await built('--path=app --ignore-paths=*.yaml'), ['bin/run.sh', 'logo.png']);
  assert.equal(await built('--path=app/one.yaml'), ['one.yaml']);
  assert.is(readFileSync(at('unpacked', 'one.yaml'), 'utf8'), 'kind: ConfigMap\n');
});

test('credentials are used as given, and asked for where they are missing', async () => {
  const to = `oci://${locked.address}/app:v1`;
  const refused = await home.flux(`push artifact ${to} --path=app ${from}`);
  assert.is(refused.code, 1);
  assert.match(refused.err, /status 401/);
  const { err } = await flux(`push artifact ${to} --path=app ${from} --creds=ada:pa55word`);
  assert.match(err, /^► logging in to registry with credentials\n/);
  await flux(`pull artifact ${to} --output=${empty('pulled')} --creds=ada:pa55word`);
});

/** What users get wrong, and what they are told. */
const wrong: Record<string, RegExp> = {
  'push artifact': /✗ artifact URL is required/,
  'push artifact registry.example.com/a:b --path=app --source=a --revision=b':
    /URL must be in format 'oci:\/\/<domain>\/<org>\/<repo>'/,
  'push artifact oci://registry.example.com/a:b --path=app': /✗ --source is required/,
  'push artifact oci://registry.example.com/a:b --path=app --source=a': /✗ --revision is required/,
  'push artifact oci://registry.example.com/a:b --source=a --revision=b': /✗ invalid path ""/,
  'push artifact oci://registry.example.com/a:b --path=nowhere --source=a --revision=b':
    /invalid path 'nowhere', must point to an existing directory or file/,
  'push artifact oci://registry.example.com/a:b --path=app --source=a --revision=b -a x':
    /invalid annotation x, must be in the format key=value/,
  'push artifact oci://registry.example.com/a:b --path=app --source=a --revision=b --provider=aws':
    /invalid AWS registry: 'registry\.example\.com'/,
  'pull artifact oci://registry.example.com/a:b': /✗ output path cannot be empty/,
  'pull artifact oci://registry.example.com/a:b --output=nowhere': /invalid output path "nowhere"/,
  'tag artifact oci://registry.example.com/a:b': /✗ --tag is required/,
  'list artifacts': /artifact repository URL is required/,
  'list artifacts oci://registry.example.com/a --filter-semver=x.y': /semver 'x\.y' parse error/,
  'build artifact': /✗ invalid path ""/,
};

for (const [line, message] of Object.entries(wrong)) {
  test(`"flux ${line}" says what is missing`, async () => {
    const { code, err } = await home.flux(line);
    assert.is(code, 1);
    assert.match(err, message);
  });
}

test.run();
