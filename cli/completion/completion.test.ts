import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { GitRepository } from '@flux-host/crds/index.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { flux } from '../testing/flux.ts';
import { gitRepository, joinSharedCluster } from '../testing/world.ts';

const world = await joinSharedCluster();
const { cluster } = world;
const namespace = await cluster.namespace('complete');
const bin = mkdtempSync(join(tmpdir(), 'flux-complete-'));

test.before(async () => {
  for (const name of ['podinfo', 'podinfo-2', 'web']) {
    await world.client.create(GitRepository, gitRepository(name, namespace));
  }
  const program = join(import.meta.dirname, '..', 'main.ts');
  writeFileSync(join(bin, 'flux'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(bin, 'flux'), 0o755);
});
test.after(async () => {
  rmSync(bin, { recursive: true });
  await world.close();
});

/** Candidates without their descriptions, and the directive. */
async function candidates(...words: string[]): Promise<string[]> {
  const { out } = await flux(['__complete', ...words], { kubeconfig: cluster.kubeconfig });
  return out
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '');
}

test('commands are offered with what they do', async () => {
  const { out, err } = await flux(['__complete', 're']);
  assert.is(out, 'reconcile\tReconcile sources and resources\nresume\tResume suspended resources\n:4\n');
  assert.is(err, 'Completion ended with directive: ShellCompDirectiveNoFileComp\n');
});

test('sub-commands are offered behind flags and aliases', async () => {
  assert.equal(await candidates('get', '-n', 'apps', 'source', 'g'), ['git', ':4']);
  assert.equal(await candidates('completion', ''), ['bash', 'zsh', 'fish', ':4']);
});

test('objects of the cluster are offered, but those that are named already', async () => {
  assert.equal(await candidates('suspend', 'source', 'git', '-n', namespace, 'pod'), [
    'podinfo',
    'podinfo-2',
    ':4',
  ]);
  assert.equal(await candidates('suspend', 'source', 'git', 'podinfo', '-n', namespace, 'pod'), [
    'podinfo-2',
    ':4',
  ]);
});

test('kinds of the cluster are offered, then their objects', async () => {
  for (const command of ['explain', 'trace']) {
    assert.equal(await candidates(command, 'gitr'), ['gitrepository', ':4']);
    assert.equal(await candidates(command, 'gitrepo', '-n', namespace, 'pod'), [
      'podinfo',
      'podinfo-2',
      ':4',
    ]);
  }
  assert.equal(await candidates('explain', '-o', ''), ['text', 'json', ':4']);
  assert.equal(await candidates('tree', 'ks', '-n', namespace, ''), [':4']);
  assert.equal(await candidates('create', 'secret', 'git'), ['git', 'githubapp', ':4']);
  assert.equal(await candidates('create', 'image', 'policy', 'x', '--reflect-digest', 'I'), [
    'IfNotPresent',
    ':4',
  ]);
});

test('flags and their values are offered', async () => {
  assert.equal(await candidates('get', 'ks', '--show'), ['--show-source', ':4']);
  assert.equal(await candidates('get', 'ks', '-n', namespace.slice(0, -2)), [namespace, ':4']);
  assert.equal(await candidates('get', 'ks', `--namespace=${namespace.slice(0, -2)}`), [namespace, ':4']);
  assert.equal(await candidates('create', 'source', 'git', 'x', '--provider', 'a'), ['aws', 'azure', ':4']);
  assert.equal(await candidates('logs', '--level='), ['debug', 'info', 'error', ':4']);
  assert.ok((await candidates('get', '--context', '')).length > 1);
});

test('files are left to the shell', async () => {
  assert.equal(await candidates('create', 'source', 'git', 'x', '--ca-file', ''), [':0']);
  assert.equal(await candidates('plugin', 'run', ''), [':0']);
  assert.equal(await candidates('plugin', 'search', ''), [':4']);
});

test('a cluster that is away offers nothing and breaks nothing', async () => {
  const { code, out } = await flux(['__complete', 'get', 'ks', '--server', 'https://127.0.0.1:1', '']);
  assert.is(code, 0);
  assert.is(out, ':1\n');
});

/** What bash offers for a line, as if Tab had been pressed at its end. */
function bashOffers(line: string): string[] {
  const script = `
    source <(flux completion bash)
    COMP_LINE=${JSON.stringify(line)}
    # As readline splits: at spaces and at =
    read -ra COMP_WORDS <<< "\${COMP_LINE//=/ = }"
    [[ $COMP_LINE == *' ' || $COMP_LINE == *= ]] && COMP_WORDS+=('')
    COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
    "$(complete -p flux | sed 's/.*-F \\([^ ]*\\).*/\\1/')"
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], {
    encoding: 'utf8',
    cwd: bin,
    env: { PATH: `${bin}${delimiter}${process.env['PATH']}`, KUBECONFIG: cluster.kubeconfig },
  });
  assert.is(status, 0, stderr);
  return stdout.split('\n').filter(Boolean);
}

test('bash completes commands, objects, values behind = and files', () => {
  assert.equal(bashOffers('flux sus'), ['suspend']);
  assert.equal(bashOffers(`flux get sources git -n ${namespace} pod`), ['podinfo', 'podinfo-2']);
  assert.equal(bashOffers(`flux get ks --namespace=${namespace.slice(0, -2)}`), [namespace]);
  assert.equal(bashOffers('flux logs --level='), ['debug', 'info', 'error']);
  assert.equal(bashOffers('flux create source git x --ca-file '), ['flux']);
});

for (const shell of ['zsh', 'fish']) {
  const isThere = spawnSync(shell, ['--version']).status === 0;
  const check = () => {
    const { stdout: script } = spawnSync(join(bin, 'flux'), ['completion', shell], { encoding: 'utf8' });
    assert.is(spawnSync(shell, ['-n'], { input: script }).status, 0);
  };
  if (isThere) test(`${shell} takes its script`, check);
  else test.skip(`${shell} takes its script`, check);
}

test.run();
