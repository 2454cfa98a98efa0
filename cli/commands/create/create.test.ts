import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitRepository, Kustomization } from '@flux-host/crds/index.ts';
import { recordAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { startSshServer } from '@flux-host/test/helpers/git-server.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { secrets } from '../../cluster/resources.ts';
import { startReconciler } from '../../testing/reconciler.ts';
import { revisionStatus } from '../../testing/statuses.ts';
import { joinSharedCluster } from '../../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;
const end = new AbortController();
const dir = mkdtempSync(join(tmpdir(), 'flux-create-'));

test.after(async () => {
  end.abort();
  rmSync(dir, { recursive: true });
  await world.close();
});

async function stage(): Promise<string> {
  const namespace = await cluster.namespace();
  await startReconciler({
    client,
    namespace,
    signal: end.signal,
    ending: ({ kind }) => ({
      ready: 'True',
      reason: 'Succeeded',
      message: 'done',
      status: revisionStatus(kind, 'main@sha1:1'),
    }),
  });
  return namespace;
}

async function secretData(namespace: string, name: string): Promise<Record<string, string>> {
  const secret = await client.get<KubeObject>(secrets, { namespace, name });
  const data = Object.entries(recordAt(secret, 'data') ?? {});
  return Object.fromEntries(
    data.map(([key, value]) => [key, Buffer.from(String(value), 'base64').toString()]),
  );
}

test('a source is created, then updated, and waited for', async () => {
  const namespace = await stage();
  const line = `create source git app --url=https://example.com/app --branch=main -n ${namespace}`;
  const created = await world.flux(line);
  assert.is(
    created.err,
    `✚ generating GitRepository source
► applying GitRepository source
✔ GitRepository source created
◎ waiting for GitRepository source reconciliation
✔ GitRepository source reconciliation completed
✔ fetched revision: main@sha1:1
`,
  );
  const updated = await world.flux(`${line} --interval 7m --label team=a`);
  assert.is(updated.code, 0);
  assert.match(updated.err, '✔ GitRepository source updated\n');
  const { metadata, spec } = await client.get<GitRepository>(GitRepository, { namespace, name: 'app' });
  assert.is(spec.interval, '7m0s');
  assert.equal(metadata.labels, { team: 'a' });
  assert.is(spec.secretRef, undefined);
});

test('a Kustomization is created with what the flags say', async () => {
  const namespace = await stage();
  const { code, err } = await world.flux(
    `create ks app --source OCIRepository/app.infra --path deploy/../deploy/prod --prune --interval 1h -n ${namespace} --depends-on infra,base/db --health-check Deployment/web.apps --target-namespace apps --retry-interval 30s`,
  );
  assert.is(code, 0);
  assert.match(err, '✔ Kustomization app is ready\n✔ applied revision main@sha1:1\n');
  const { spec } = await client.get<Kustomization>(Kustomization, { namespace, name: 'app' });
  assert.equal(spec, {
    interval: '1h0m0s',
    path: './deploy/prod',
    prune: true,
    force: false,
    sourceRef: { kind: 'OCIRepository', name: 'app', namespace: 'infra' },
    dependsOn: [{ name: 'infra' }, { name: 'db', namespace: 'base' }],
    healthChecks: [{ kind: 'Deployment', name: 'web', namespace: 'apps' }],
    timeout: '2m0s',
    targetNamespace: 'apps',
    retryInterval: '30s',
  });
});

test('a path cannot lead out of the source', async () => {
  const { out } = await world.flux('create ks app --source app --path ../../etc --export');
  assert.match(out, '\n  path: ./etc\n');
});

test('credentials become a Secret that the source refers to, and are never printed', async () => {
  const namespace = await stage();
  const ca = join(dir, 'ca.crt');
  writeFileSync(ca, 'CERTIFICATE\n');
  const { code, all } = await world.flux(
    `create source git app --url=https://example.com/app --tag=v1 -u git -p s3cret --ca-file ${ca} --verbose -n ${namespace}`,
  );
  assert.is(code, 0);
  assert.match(all, '► applying secret with repository credentials\n✔ authentication configured\n');
  assert.not.match(all, 's3cret');
  assert.equal(await secretData(namespace, 'app'), {
    username: 'git',
    password: 's3cret',
    'ca.crt': 'CERTIFICATE\n',
  });
  const { spec } = await client.get<GitRepository>(GitRepository, { namespace, name: 'app' });
  assert.equal(spec.secretRef, { name: 'app' });
});

test('for SSH a key is generated, the server is asked for its own, and the user to add the key', async () => {
  const namespace = await stage();
  const server = await startSshServer();
  try {
    const line = `create source git app --url=ssh://git@127.0.0.1:${server.port}/app --branch=main -n ${namespace}`;
    const refused = await world.flux(line, { input: 'n\n' });
    assert.is(refused.code, 1);
    assert.match(
      refused.err,
      /✚ deploy key: ecdsa-sha2-nistp384 .*\n\n\? Have you added the deploy key to your repository\? \[y\/N\] ✗ aborting\n$/,
    );

    const { code, err } = await world.flux(line, { input: 'y\n' });
    assert.is(code, 0, err);
    const data = await secretData(namespace, 'app');
    assert.match(data['identity'] ?? '', /^-----BEGIN PRIVATE KEY-----/);
    assert.ok(err.includes(`✚ deploy key: ${data['identity.pub']}`));
    assert.is(data['known_hosts'], server.knownHosts.trim().split(' ').slice(0, 3).join(' '));
    assert.not.match(err, 'PRIVATE KEY');
  } finally {
    await server.close();
  }
});

test('a key of the user is taken from a file, without a question on request', async () => {
  const namespace = await stage();
  const server = await startSshServer();
  try {
    const file = join(dir, 'identity');
    const { identity, publicKey } = await server.addKey({ passphrase: 'pass' });
    writeFileSync(file, identity);
    const { code, err } = await world.flux(
      `create source git app --url=ssh://git@127.0.0.1:${server.port}/app --branch=main --private-key-file ${file} --password pass -s -n ${namespace}`,
    );
    assert.is(code, 0, err);
    const data = await secretData(namespace, 'app');
    assert.is(data['identity'], identity);
    assert.is(data['password'], 'pass');
    assert.is(data['identity.pub']?.trim().split(' ')[1], publicKey.trim().split(' ')[1]);
  } finally {
    await server.close();
  }
});

const mistakes: readonly (readonly [string, string])[] = [
  ['source git', 'name is required'],
  ['source git UPPER --url=https://x --branch=b', "name 'UPPER' is invalid"],
  ['source git app', 'url is required'],
  ['source git app --url=git@example.com:app', 'git URL parse failed'],
  ['source git app --url=ftp://example.com/app --branch=b', "git URL scheme 'ftp' not supported"],
  ['source git app --url=https://example.com/app', 'a Git ref is required'],
  ['source git app --url=ssh://example.com/app --branch=b --ca-file x', 'not supported for Git over SSH'],
  [
    'source git app --url=https://example.com/app --branch=b --label nonsense',
    "invalid label format 'nonsense'",
  ],
  [
    'source git app --url=https://example.com/app --branch=b --ca-file /nowhere',
    'unable to read TLS CA file: open /nowhere: no such file or directory',
  ],
  ['ks app', 'source is required'],
  ['ks app --source Chart/x', "source kind 'Chart' is not supported"],
  ['ks app --source x --health-check web', "invalid health check 'web'"],
  ['ks app --source x --health-check Pod/web.apps', "invalid health check kind 'Pod'"],
];

for (const [line, message] of mistakes) {
  test(`"create ${line}" is refused: ${message}`, async () => {
    const { code, err } = await world.flux(`create ${line}`);
    assert.is(code, 1);
    assert.ok(err.split('\n').at(-2)?.startsWith('✗ ') && err.includes(message), err);
  });
}

test.run();
