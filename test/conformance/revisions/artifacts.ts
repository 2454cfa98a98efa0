import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flux } from '@flux-host/cli/testing/flux.ts';
import { artifactPusher } from '../../helpers/oci/artifacts.ts';
import { startRegistry } from '../../helpers/registry.ts';
import { fail, type Outcome, pass, skip } from '../asset.ts';
import { compare } from '../diff.ts';
import type { Check, Fields } from './check.ts';

const from = ['--source=https://git.example.com/app', '--revision=main@sha1:b3b00fe'];
/** What the folder of the cases has, as far as they speak of it. */
const files = [
  'deployment.yaml',
  'deploy/repo.yaml',
  'ignore-dir/deployment.yaml',
  'ignore.txt',
  'somedir/git/a.yaml',
  'somedir/repo.yaml',
];

async function inFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'flux-conformance-'));
  try {
    const content = join(dir, 'testdata', 'artifact');
    for (const file of files) {
      mkdirSync(join(content, file, '..'), { recursive: true });
      writeFileSync(join(content, file), 'kind: ConfigMap\n');
    }
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const run = (dir: string, args: readonly string[]) =>
  flux(args, { cwd: dir, env: { HOME: dir, PATH: process.env['PATH'] ?? '' } });

/** `flux build artifact`: what is ignored is not in the archive, the rest is. */
export const checkBuild: Check = ({ path, ignorePath }, { expectErr }) =>
  inFolder(async (dir) => {
    const patterns = list(ignorePath);
    const place = String(path).replace('<TMPDIR>', join(dir, 'testdata', 'artifact'));
    const ignored = patterns.length > 0 ? [`--ignore-paths=${patterns.join(',')}`] : [];
    const { code, err } = await run(dir, [
      'build',
      'artifact',
      `--path=${place}`,
      '--output=a.tgz',
      ...ignored,
    ]);
    if ((code !== 0) !== (expectErr ?? false)) return fail(`exit code ${code}: ${err}`);
    if (code !== 0) return pass;
    const { openSync, closeSync } = await import('node:fs');
    const { unpack } = await import('@flux-host/host/artifacts/unpack.ts');
    const archive = openSync(join(dir, 'a.tgz'), 'r');
    await unpack(archive, join(dir, 'unpacked')).finally(() => closeSync(archive));
    const found = readdirSync(join(dir, 'unpacked'), { recursive: true, encoding: 'utf8' });
    const wrong = found.filter((name) => patterns.some((pattern) => name === pattern.replace(/\/$/, '')));
    return compare([], wrong);
  });

/** `flux list artifacts` of the tags that the cases name. */
export const checkList: Check = async (
  { includeCosignArtifacts, regexFilter, semverFilter },
  { expectedTags },
) => {
  if (includeCosignArtifacts) return skip('flux list artifacts leaves out what cosign made');
  return inFolder((dir) =>
    withRegistry(async (address, push) => {
      const expected = list(expectedTags);
      // Beside what is expected there is what each filter has to leave out.
      for (const tag of [...expected, 'v0.0.1', 'v6.0.2-rc.1', 'staging-fb3355b', 'sha256-00.sig'])
        await push(tag);
      const filters = [
        ...(semverFilter ? [`--filter-semver=${String(semverFilter)}`] : []),
        ...(regexFilter ? [`--filter-regex=${String(regexFilter)}`] : []),
      ];
      const { out, err, code } = await run(dir, ['list', 'artifacts', `oci://${address}/app`, ...filters]);
      if (code !== 0) return fail(err);
      const tags = out
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => /:([^:\s]+)\s/.exec(line)?.[1] ?? '');
      return compare(expected.toSorted(), tags.toSorted());
    }),
  );
};

/** `flux push artifact` and `flux pull artifact`; the commands make archives only. */
export const checkPushPull: Check = (input, { expectedMediaType, expectedPushErr }) => {
  if (input['testLayerType'] !== 'tarball' || expectedPushErr)
    return skip('only the library, no command, makes static layers');
  return inFolder((dir) =>
    withRegistry(async (address, _push, client) => {
      const to = `oci://${address}/app:${String(input['tag'])}`;
      const pushed = await run(dir, [
        'push',
        'artifact',
        to,
        `--path=${String(input['sourcePath'])}`,
        ...from,
      ]);
      if (pushed.code !== 0) return fail(pushed.err);
      mkdirSync(join(dir, 'pulled'));
      const pulled = await run(dir, ['pull', 'artifact', to, '--output=pulled']);
      if (pulled.code !== 0) return fail(pulled.err);
      const { content } = await client.manifest({
        registry: address,
        name: 'app',
        tag: String(input['tag']),
      });
      const types = content.kind === 'image' ? content.manifest.layers.map(({ mediaType }) => mediaType) : [];
      return compare([expectedMediaType], types);
    }),
  );
};

async function withRegistry(
  work: (
    address: string,
    push: (tag: string) => Promise<string>,
    client: ReturnType<typeof artifactPusher>['client'],
  ) => Promise<Outcome>,
): Promise<Outcome> {
  const registry = await startRegistry();
  const pusher = artifactPusher(registry.address);
  try {
    return await work(
      registry.address,
      (tag) => pusher.push('app', tag, { files: { 'a.yaml': tag } }),
      pusher.client,
    );
  } finally {
    await pusher.close();
    await registry.stop();
  }
}

const list = (value: Fields[string]): string[] => (Array.isArray(value) ? value.map(String) : []);
