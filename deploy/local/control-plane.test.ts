import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildDir } from '../../scripts/paths.ts';
import { callApi } from './api.ts';
import { type ControlPlane, runningComponents, startControlPlane } from './control-plane.ts';
import { accessOf } from './kubeconfig.ts';
import { isRunning } from './processes.ts';

const scratch = mkdtempSync(join(tmpdir(), 'flux-host-local-'));
let count = 0;
const freshDir = () => {
  count += 1;
  return join(scratch, String(count));
};
const call = (controlPlane: ControlPlane, path: string, object?: object) =>
  callApi(accessOf(readFileSync(controlPlane.kubeconfig, 'utf8')), path, object);

async function fluxError(work: Promise<unknown>): Promise<FluxError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof FluxError) return error;
    throw error;
  }
  throw new Error('this should have failed');
}

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (await holds()) return;
    await sleep(100);
  }
  throw new Error(`still not so after 30 s: ${what}`);
}

const podTemplate = (annotations: Record<string, string>) => ({
  metadata: { labels: { app: 'web' }, annotations },
  spec: { containers: [{ name: 'web', image: 'example.com/web' }] },
});

const deployment = (name: string, annotations: Record<string, string> = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: podTemplate(annotations) },
});

function job(name: string, annotations: Record<string, string> = {}) {
  const template = podTemplate(annotations);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { backoffLimit: 0, template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } },
  };
}

const status = async (controlPlane: ControlPlane, path: string) =>
  JSON.stringify((await call(controlPlane, path)).body);

let shared: ControlPlane;
test.before(async () => {
  shared = await startControlPlane({ dir: freshDir(), temporary: true });
});
test.after(async () => {
  await shared.stop();
  rmSync(scratch, { recursive: true, force: true });
});

test('a Deployment turns ready and its pods run on the simulated node', async () => {
  const path = '/apis/apps/v1/namespaces/default/deployments';
  assert.is((await call(shared, path, deployment('web'))).status, 201);
  await eventually('two ready replicas', async () =>
    (await status(shared, `${path}/web`)).includes('"readyReplicas":2'),
  );
  assert.match(await status(shared, '/api/v1/namespaces/default/pods'), /"nodeName":"local"/);
});

test('a Deployment that is told to never turns ready although its pods run', async () => {
  const path = '/apis/apps/v1/namespaces/default/deployments';
  await call(shared, path, deployment('stuck', { 'local.flux-host.dev/pod': 'never-ready' }));
  await eventually('running pods', async () =>
    /"generateName":"stuck-.*"phase":"Running"/.test(await status(shared, '/api/v1/namespaces/default/pods')),
  );
  assert.not.match(await status(shared, `${path}/stuck`), /readyReplicas/);
});

test('a Job completes, and one that is told to fails', async () => {
  const path = '/apis/batch/v1/namespaces/default/jobs';
  await call(shared, path, job('good'));
  await call(shared, path, job('bad', { 'local.flux-host.dev/pod': 'fail' }));
  await eventually('completed', async () =>
    (await status(shared, `${path}/good`)).includes('"type":"Complete"'),
  );
  await eventually('failed', async () => (await status(shared, `${path}/bad`)).includes('"type":"Failed"'));
});

test('the API server comes back at the same address with its data, and nothing else stopped', async () => {
  await call(shared, '/api/v1/namespaces', { metadata: { name: 'kept' } });
  const others = runningComponents(shared.dir).filter(({ name }) => name !== 'kube-apiserver');
  await shared.stopApiServer();
  assert.is(await call(shared, '/readyz').catch(() => 'unreachable'), 'unreachable');
  await shared.startApiServer();
  assert.is((await call(shared, '/api/v1/namespaces/kept')).status, 200);
  assert.equal(
    runningComponents(shared.dir).filter(({ name }) => name !== 'kube-apiserver'),
    others,
  );
});

test('its certificate is verified, and nobody gets in without the token', async () => {
  const access = accessOf(readFileSync(shared.kubeconfig, 'utf8'));
  const other = await callApi({ ...access, token: 'wrong' }, '/api/v1/namespaces');
  assert.is(other.status, 401);
  const failure = await callApi({ ...access, ca: '' }, '/api/v1/namespaces').catch(
    (error: Error) => error.message,
  );
  assert.match(String(failure), /certificate/);
});

test('a second control plane runs next to the first, and nothing of it is left when it has stopped', async () => {
  const dir = freshDir();
  const second = await startControlPlane({ dir });
  assert.is.not(second.server, shared.server);
  assert.is((await call(second, '/api/v1/namespaces/kept')).status, 404);
  const pids = runningComponents(dir).map(({ pid }) => pid);
  assert.is(pids.length, 5);
  await second.stop({ purge: true });
  for (const pid of pids) assert.not(isRunning(pid));
  assert.not(existsSync(dir));
  assert.is((await call(shared, '/readyz')).status, 200);
});

test('starting again keeps what runs, replaces what stopped, and keeps address and data over a stop', async () => {
  const dir = freshDir();
  const first = await startControlPlane({ dir });
  await call(first, '/api/v1/namespaces', { metadata: { name: 'kept' } });
  const before = new Map(runningComponents(dir).map(({ name, pid }) => [name, pid]));
  process.kill(before.get('kwok') ?? 0, 'SIGKILL');
  await eventually('kwok is gone', async () => runningComponents(dir).length === 4);
  await startControlPlane({ dir });
  const after = new Map(runningComponents(dir).map(({ name, pid }) => [name, pid]));
  assert.is(after.get('kube-apiserver'), before.get('kube-apiserver'));
  assert.is.not(after.get('kwok'), before.get('kwok'));
  await first.stop();
  assert.equal(runningComponents(dir), []);
  const again = await startControlPlane({ dir });
  assert.is(again.server, first.server);
  assert.is((await call(again, '/api/v1/namespaces/kept')).status, 200);
  await again.stop({ purge: true });
});

test('a taken port is named, and nothing is started', async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const address = blocker.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const dir = freshDir();
  const error = await fluxError(startControlPlane({ dir, port }));
  assert.is(error.code, 'FLUX_E_LOCAL_PORT_IN_USE');
  assert.match(error.message, String(port));
  assert.equal(runningComponents(dir), []);
  blocker.close();
});

test('a component that crashes is named with its log and the last lines of it, and the rest is stopped', async () => {
  const assets = join(scratch, 'assets');
  mkdirSync(assets);
  symlinkSync(join(buildDir, 'local', 'kubebox'), join(assets, 'etcd'));
  writeFileSync(
    join(assets, 'kube-apiserver'),
    '#!/bin/sh\necho cannot find my flux capacitor >&2\nexit 3\n',
    {
      mode: 0o755,
    },
  );
  const dir = freshDir();
  const error = await fluxError(startControlPlane({ dir, assets }));
  assert.is(error.code, 'FLUX_E_LOCAL_COMPONENT_CRASHED');
  assert.match(error.message, /kube-apiserver stopped/);
  assert.match(error.message, join(dir, 'logs', 'kube-apiserver.log'));
  assert.match(error.message, /cannot find my flux capacitor/);
  assert.equal(runningComponents(dir), []);
});

test('with the folder of envtest only, etcd and the API server run without the others', async () => {
  const assets = join(scratch, 'envtest');
  mkdirSync(assets);
  for (const name of ['etcd', 'kube-apiserver']) {
    symlinkSync(join(buildDir, 'local', 'kubebox'), join(assets, name));
  }
  const dir = freshDir();
  const controlPlane = await startControlPlane({ dir, assets, kubebox: join(scratch, 'none') });
  assert.equal(
    runningComponents(dir).map(({ name }) => name),
    ['etcd', 'kube-apiserver'],
  );
  assert.is((await call(controlPlane, '/readyz')).status, 200);
  await controlPlane.stop();
});

test('without any binary it says how to get one', async () => {
  const error = await fluxError(
    startControlPlane({ dir: freshDir(), assets: undefined, kubebox: join(scratch, 'none') }),
  );
  assert.is(error.code, 'FLUX_E_LOCAL_BINARY_MISSING');
  assert.match(error.text, /npm run local/);
});

test.run();
