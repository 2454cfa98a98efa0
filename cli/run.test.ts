import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { flux } from './testing/flux.ts';

test('help lists the commands and their flags on stdout', async () => {
  const { code, out, err } = await flux(['--help']);
  assert.is(code, 0);
  assert.is(err, '');
  for (const part of [
    'Usage:\n  flux [command]\n',
    '\nAvailable Commands:\n',
    '\n  check       Check requirements and installation\n',
    'Use "flux [command] --help" for more information about a command.\n',
  ]) {
    assert.ok(out.includes(part), part);
  }
  assert.match(
    out,
    /^ {2}-n, --namespace string +If present, the namespace scope .* \(default "flux-system"\)$/m,
  );
});

test('commands that this version lacks are not in the help', async () => {
  const { out } = await flux(['--help']);
  assert.not.match(out, /^ {2}bootstrap /m);
});

test('help of a command shows usage, aliases, examples, own flags and global flags', async () => {
  const { out } = await flux(['get', 'ks', '-h']);
  assert.ok(out.startsWith('The get kustomizations command prints the statuses'));
  assert.ok(
    out.includes(
      '\nUsage:\n  flux get kustomizations [flags]\n\nAliases:\n  kustomizations, ks, kustomization\n',
    ),
  );
  assert.ok(out.includes('\nFlags:\n  -h, --help          help for kustomizations\n      --show-source '));
  assert.match(out, /\nGlobal Flags:\n(.*\n)*.*-A, --all-namespaces/);
});

test('"flux help get" is the help of get, and a group alone prints its help', async () => {
  const asked = await flux(['help', 'get']);
  const alone = await flux(['get']);
  assert.is(asked.out, alone.out);
  assert.is(alone.code, 0);
});

test('a mistyped command fails and the right one is suggested', async () => {
  const { code, err } = await flux(['instal']);
  assert.is(code, 1);
  assert.is(err, '✗ unknown command "instal" for "flux"\n\nDid you mean this?\n\tinstall\n\n');
  assert.match((await flux(['get', 'kustomisations'])).err, /Did you mean this\?\n\tkustomizations\n/);
});

test('a command of Flux that this version lacks is named, whatever flags it is given', async () => {
  const { code, err } = await flux(['bootstrap', 'git', '--path', './app', '-x']);
  assert.is(code, 1);
  assert.match(err, /^✗ the command "flux bootstrap" is not available in this version/);
  assert.match(
    (await flux(['completion', 'powershell'])).err,
    /"flux completion powershell" is not available/,
  );
});

test('arguments where there are none fail', async () => {
  const { code, err } = await flux(['check', 'everything']);
  assert.is(code, 1);
  assert.is(err, '✗ unknown command "everything" for "flux check"\n');
});

test('an error is one line on stderr with a way out', async () => {
  const { code, out, err } = await flux(['get', 'ks', '--kubeconfig', '/nowhere/config']);
  assert.is(code, 1);
  assert.is(out, '');
  assert.match(err, /^✗ cannot read kubeconfig \/nowhere\/config: .*\(hint: .*\)\n$/);
});

test('a cluster that does not answer is named, with what to check', async () => {
  const { code, err } = await flux(['get', 'ks', '--server', 'https://127.0.0.1:1', '--token', 's3cret']);
  assert.is(code, 1);
  assert.match(
    err,
    /^✗ cannot list Kustomization.*no answer from the API server at 127\.0\.0\.1:1.*--kubeconfig.*\n$/,
  );
  assert.not.match(err, 's3cret');
});

test('a namespace that cannot exist is refused', async () => {
  assert.match(
    (await flux(['get', 'ks', '-n', 'Not_Valid'])).err,
    'namespace must be a valid DNS label: "Not_Valid"',
  );
});

test('the version is that of the release, for people and for scripts', async () => {
  const { out } = await flux(['--version']);
  assert.match(out, /^flux version \d+\.\d+\.\d+/);
  const version = out.trim().split(' ').at(-1);
  assert.is((await flux(['version', '--client'])).out, `flux: v${version}\n`);
  assert.equal(JSON.parse((await flux(['version', '--client', '-o', 'json'])).out), { flux: `v${version}` });
  assert.match((await flux(['version', '-o', 'xml'])).err, '--output must be json or yaml, not xml');
});

test('the program itself exits with the code and keeps its streams apart', () => {
  const program = join(import.meta.dirname, 'main.ts');
  const bad = spawnSync(process.execPath, [program, 'nothing'], { encoding: 'utf8' });
  assert.is(bad.status, 1);
  assert.is(bad.stdout, '');
  assert.match(bad.stderr, /^✗ unknown command "nothing" for "flux"/);
  const good = spawnSync(process.execPath, [program, 'help', 'logs'], { encoding: 'utf8' });
  assert.is(good.status, 0);
  assert.is(good.stderr, '');
  assert.match(good.stdout, 'flux logs [flags]');
});

test('help loads neither the client of the cluster nor the kinds', () => {
  const spy = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      const found = next(name, context);
      process.stderr.write(found.url + '\\n');
      return found;
    } });`;
  const loadedBy = (...words: string[]) =>
    spawnSync(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(spy)}`,
        join(import.meta.dirname, 'main.ts'),
        ...words,
      ],
      { encoding: 'utf8' },
    ).stderr;
  const heavy = /node_modules\/(typebox|undici|js-yaml)\//;
  assert.not.match(loadedBy('--help'), heavy);
  assert.match(loadedBy('get', '--help'), heavy);
});

test.run();
