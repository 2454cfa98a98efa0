import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObjectOf } from '@flux-host/crds/check.ts';
import { Alert, GitRepository, Provider } from '@flux-host/crds/index.ts';
import { stringAt } from '@flux-host/host/json.ts';
import { clientFromKubeconfig } from '@flux-host/host/kube/load-client.ts';
import { loadAll } from 'js-yaml';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startCluster } from '../helpers/cluster.ts';
import { installDefinitions } from '../helpers/definitions.ts';
import { startHost } from '../helpers/host.ts';
import { startRegistry } from '../helpers/registry.ts';
import { pages, root } from './sources.ts';

const page = pages().get(join('plugins', 'README.md')) ?? '';
const [, block = ''] = /<!-- run: ten minutes -->\n\n```sh\n([\s\S]*?)```/.exec(page) ?? [];
const lines = block.trimEnd().split('\n');

const namespace = 'flux-system';
const dir = mkdtempSync(join(tmpdir(), 'flux-ten-minutes-'));
const project = join(dir, 'project');
const bin = join(dir, 'bin');
const cluster = await startCluster();
const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
const registry = await startRegistry();

/** What arrives at the address of the Provider. */
const messages: { text: string; authorization: string | undefined }[] = [];
const chat = createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => {
    body += piece;
  });
  request.on('end', () => {
    messages.push({ ...JSON.parse(body), authorization: request.headers.authorization });
    response.end();
  });
});
await new Promise<void>((done) => chat.listen(0, '127.0.0.1', done));
const { port } = chat.address() as AddressInfo;

let host: Awaited<ReturnType<typeof startHost>>;

test.before(async () => {
  mkdirSync(project);
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'flux'),
    `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'cli', 'main.ts')}' "$@"\n`,
    { mode: 0o755 },
  );
  await installDefinitions(client);
  await cluster.call('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  host = await startHost({ kubeconfig: cluster.kubeconfig, env: { RUNTIME_NAMESPACE: namespace } });
});
test.after(async () => {
  await host?.stop();
  chat.closeAllConnections();
  chat.close();
  await registry.stop();
  await client.close();
  await cluster.stop();
  rmSync(dir, { recursive: true });
});

const environment = {
  ...process.env,
  PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
  HOME: dir,
  KUBECONFIG: cluster.kubeconfig,
};

/** Runs a line in a shell, as a user would type it, who says yes when asked. */
async function type(line: string): Promise<string> {
  const child = spawn('sh', ['-c', line], { cwd: project, env: environment });
  child.stdin.on('error', () => {});
  child.stdin.end('y\n');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (said += piece));
  const code = await new Promise((done) => child.once('close', done));
  assert.is(code, 0, `$ ${line}\n${said}`);
  return said;
}

/** `flux plugin a | b | c file` stands for three lines. */
function expand(line: string): string[] {
  const [, before = '', names, after] = /^(flux plugin )(\w+(?: \| \w+)+)( .*)$/.exec(line) ?? [];
  return names ? names.split(' | ').map((name) => `${before}${name}${after}`) : [line];
}

/** What a line says when it did what the page promises. */
const promises: readonly (readonly [RegExp, RegExp])[] = [
  [/^flux plugin init/, /✔ notifier plugin my-notifier written/],
  [/^npm test/, /0 failed[\s\S]*✔ all is well/],
  [/^flux plugin build/, /✔ my-notifier\.wasm .* sha256:/],
  [/^flux plugin run/, /POST https:\/\/chat\.example\.com\/hook/],
  [/^flux plugin bench/, /median .*ms/],
  [/^flux plugin inspect/, /provides +\tnotifier my-notifier/],
  [/^flux plugin verify/, /✔ manifest is valid: my-notifier 1\.0\.0/],
  [/^flux plugin push/, /✔ signed/],
  [/^flux plugin install/, /✔ signed by your own key[\s\S]*✔ Plugin my-notifier 1\.0\.0 is ready/],
  [/^kubectl apply/, /^provider\S* created/m],
];

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

test('the page has the lines that it is about', () => {
  assert.is(lines.length, 8);
  for (const [line] of promises)
    assert.ok(
      lines.flatMap(expand).some((each) => line.test(each)),
      String(line),
    );
});

/** For machines without kubectl: what `kubectl apply -f` does. */
async function apply(file: string): Promise<string> {
  const said: string[] = [];
  for (const document of loadAll(readFileSync(join(project, file), 'utf8'))) {
    const kind = [Provider, Alert].find((each) => stringAt(document, 'kind') === each.kind);
    if (!kind || !isObjectOf(kind, document)) throw new Error(`${file} has something unexpected in it`);
    await client.apply(kind, document, { fieldManager: 'kubectl' });
    said.push(`${kind.singular}/${document.metadata.name} created`);
  }
  return said.join('\n');
}

for (const line of lines.flatMap(expand)) {
  test(`as written: ${line}`, async () => {
    const [, manifest] = /^kubectl apply -f (\S+)/.exec(line) ?? [];
    if (manifest) {
      const file = join(project, manifest);
      const text = readFileSync(file, 'utf8');
      assert.match(text, '  type: my-notifier\n');
      writeFileSync(file, text.replace('https://chat.example.com/hook', `http://127.0.0.1:${port}/hook`));
    }
    const said =
      manifest && !hasKubectl
        ? await apply(manifest)
        : await type(line.replace('oci://registry/', `oci://${registry.address}/`));
    const promise = promises.find(([pattern]) => pattern.test(line));
    assert.ok(promise, `nothing is promised of ${line}`);
    assert.match(said, promise?.[1] ?? /^$/);
  });
}

test('and the next event goes out', async () => {
  await client.create(GitRepository, {
    apiVersion: GitRepository.apiVersion,
    kind: GitRepository.kind,
    metadata: { name: 'nowhere', namespace },
    spec: { url: 'http://127.0.0.1:1/nothing', interval: '10m', ref: { branch: 'main' } },
  });
  for (let attempt = 0; messages.length === 0; attempt += 1) {
    assert.ok(attempt < 600, `no message came: ${await host.logs()}`);
    await sleep(50);
  }
  assert.match(messages[0]?.text ?? '', /^GitRepository\/flux-system\/nowhere: /);
});

test.run();
