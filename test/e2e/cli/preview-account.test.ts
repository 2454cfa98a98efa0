import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configMaps, secrets } from '@flux-host/host/kube/core.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { clientFromKubeconfig } from '@flux-host/host/kube/load-client.ts';
import { dump, load } from 'js-yaml';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type App, configMap, createApp } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { type Checkout, checkOut } from './checkout.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/previewing.md'), 'utf8');
const [, account = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
const [, recipe = ''] = /preview-account\.test\.ts -->\n```sh\n(.*?)\n```/s.exec(page) ?? [];
const user = 'system:serviceaccount:flux-preview:preview';

let world: World;
let app: App;
let checkout: Checkout;
let dir: string;
let kubeconfig: string;

test.before(async () => {
  world = await createWorld();
  dir = mkdtempSync(join(tmpdir(), 'flux-preview-'));
  app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.apply(account);
  // The API server takes policies into account a moment after they are there.
  await world.eventually({ what: 'the policy to be in force' }, async () => {
    const client = world.client.impersonate({ user });
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: app.namespace } };
    try {
      await client.apply(configMaps, object, { fieldManager: 'x', force: true });
      return false;
    } catch (error) {
      return isKube(error, 'invalid') || isKube(error, 'forbidden');
    }
  });
  kubeconfig = join(dir, 'kubeconfig');
  writeFileSync(kubeconfig, await kubeconfigOfAccount());
  await world.ready(app.kustomization);
  checkout = await checkOut(app.repository.url);
});
test.after(async () => {
  await checkout?.remove();
  rmSync(dir, { recursive: true, force: true });
  await world.close();
});

/** A kubeconfig with a token of the account in place of the administrator. */
async function kubeconfigOfAccount(): Promise<string> {
  const answer = await world.cluster.call('/api/v1/namespaces/flux-preview/serviceaccounts/preview/token', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {},
  });
  const { token }: { token: string } = Reflect.get(Object(answer.body), 'status');
  const config = load(readFileSync(world.cluster.kubeconfig, 'utf8'));
  const users: { user: object }[] = Reflect.get(Object(config), 'users');
  for (const each of users) each.user = { token };
  return dump(config);
}

test('the line for a pull request writes the comment as the account of the documentation', async () => {
  await checkout.change({
    'two.yaml': configMap('two'),
    'role.yaml':
      '{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: all}, rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]}\n',
  });
  const program = join(import.meta.dirname, '../../../cli/main.ts');
  writeFileSync(join(dir, 'flux'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, {
    mode: 0o755,
  });
  const line = recipe.replace('GitRepository/flux-system/fleet', app.source);
  assert.not.equal(line, recipe);
  const { status, stderr } = spawnSync('sh', ['-ec', line], {
    cwd: checkout.dir,
    env: { ...process.env, PATH: `${dir}:${process.env['PATH']}`, KUBECONFIG: kubeconfig },
    encoding: 'utf8',
  });
  const comment = readFileSync(join(checkout.dir, 'diff.md'), 'utf8');
  assert.is(status, 0, stderr + comment);
  assert.match(comment, /^## Flux diff\n\n\*\*2 created\*\* in 1 place\.\n/);
  assert.match(comment, `- <code>+ Role/${app.namespace}/all</code> created\n`);
});

test('the account changes nothing, whatever it tries', async () => {
  const client = await clientFromKubeconfig({ kubeconfig });
  const refused = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      assert.match(String(error), 'this account may try, and change nothing');
      return;
    }
    assert.unreachable('it was not refused');
  };
  const { namespace } = app;
  const metadata = { name: 'mine', namespace };
  try {
    await refused(client.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata }));
    await refused(
      client.patch(configMaps, { namespace, name: 'one' }, { data: { key: 'other' } }, { type: 'merge' }),
    );
    const token = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    for (const query of ['', '?dryRun=All']) {
      const path = `/api/v1/namespaces/flux-preview/serviceaccounts/preview/token${query}`;
      await refused(client.request('POST', path, { body: token }));
    }
    assert.is((await world.get(app.ref('ConfigMap', 'one'))).data?.['key'], 'value');
    // What it is for is allowed.
    await client.apply(
      secrets,
      { apiVersion: 'v1', kind: 'Secret', metadata },
      { fieldManager: 'preview', force: true, dryRun: true },
    );
  } finally {
    await client.close();
  }
});

test.run();
