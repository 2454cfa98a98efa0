import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import { recordAt } from '@flux-host/host/json.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import { startHost } from '@flux-host/test/helpers/host.ts';
import { startRegistry } from '@flux-host/test/helpers/registry.ts';
import { dump, loadAll } from 'js-yaml';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { secrets } from '../../cluster/resources.ts';
import type { FluxOptions } from '../../testing/flux.ts';
import { emptyModule, type ModuleOptions, workplace } from '../../testing/plugin.ts';
import { joinSharedCluster } from '../../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;
const namespace = await cluster.namespace();
const registry = await startRegistry();
const home = workplace();
// The cluster is shared: the host looks after this namespace alone.
const host = await startHost({
  kubeconfig: cluster.kubeconfig,
  flags: ['--watch-all-namespaces=false'],
  env: { RUNTIME_NAMESPACE: namespace },
});
const made = new Set<string>();

test.after(async () => {
  for (const name of made) {
    await client.delete(Plugin, { namespace: '', name }, {}).catch((error: unknown) => {
      if (!isKube(error, 'notFound')) throw error;
    });
  }
  await host.stop();
  await registry.stop();
  home.remove();
  await world.close();
});

const flux = (line: string, options: FluxOptions = {}) =>
  home.flux(`${line} -n ${namespace}`, { kubeconfig: cluster.kubeconfig, ...options });

/** Plugins are objects of the whole cluster, which others share. */
function uniqueName(prefix = 'chat'): string {
  const name = `${prefix}-${randomBytes(3).toString('hex')}`;
  made.add(name);
  return name;
}

async function publish(options: ModuleOptions, flags = ''): Promise<string> {
  const { name, version = '1.0.0' } = options;
  writeFileSync(join(home.dir, `${name}.wasm`), emptyModule(options));
  const address = `oci://${registry.address}/plugins/${name}:${version}`;
  const { code, err } = await home.flux(`plugin push ${name}.wasm ${address} ${flags}`);
  assert.is(code, 0, err);
  return address;
}

function read(name: string): Promise<Plugin> {
  return client.get<Plugin>(Plugin, { namespace: '', name });
}

async function isThere(name: string): Promise<boolean> {
  return read(name).then(
    () => true,
    (error: unknown) => {
      if (isKube(error, 'notFound')) return false;
      throw error;
    },
  );
}

const requests: PluginManifest['requests'] = {
  network: ['$address', 'api.example.com:443'],
  capabilities: ['http'],
  secretKeys: ['room'],
  credentials: [{ header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } }],
  memory: '32Mi',
  timeout: '10s',
};

test('exactly what was shown is granted, pinned to what was shown, and the host uses it', async () => {
  const name = uniqueName();
  const address = await publish({ name, requests });
  const refused = await flux(`plugin install ${address}`, { input: 'n\n' });
  assert.is(refused.code, 1);
  assert.not.ok(await isThere(name));

  const { code, err } = await flux(`plugin install ${address}`, { input: 'y\n' });
  assert.is(code, 0, err);
  for (const part of [
    '⚠️ no known key has signed this plugin',
    'api.example.com:443',
    'room (the plugin sees its value)',
    'key token as header Authorization to $address',
    `? Grant ${name} exactly this and install it? [y/N] `,
    `► installing Plugin ${name}\n✔ Plugin created\n◎ waiting for Plugin reconciliation\n`,
    `✔ Plugin ${name} 1.0.0 is ready: notifier ${name}\n`,
  ]) {
    assert.ok(err.includes(part), `${part}: ${err}`);
  }
  const { spec, status } = await read(name);
  assert.equal(spec.grants, requests);
  assert.is(spec.source.url, `oci://${registry.address}/plugins/${name}`);
  assert.is(spec.source.ref?.tag, '1.0.0');
  assert.match(spec.source.ref?.digest ?? '', /^sha256:[0-9a-f]{64}$/);
  assert.is(spec.verify, undefined);
  assert.is(status?.version, '1.0.0');

  const list = await flux('plugin list');
  assert.match(
    list.out,
    new RegExp(`^${name} *\\t1\\.0\\.0 *\\toci://\\S+:1\\.0\\.0 *\\twasm in the cluster \\(notifier\\)`, 'm'),
  );
  assert.not.match((await flux('plugin list --local')).out, name);
});

test('one that the own key has signed is verified from then on', async () => {
  const name = uniqueName();
  const address = await publish({ name }, '--sign');
  const { code, err } = await flux(`plugin install ${address} --yes`);
  assert.is(code, 0, err);
  assert.match(err, '✔ signed by your own key cosign.pub\n');
  assert.equal((await read(name)).spec.verify, {
    provider: 'cosign',
    secretRef: { name: `${name}-cosign`, namespace },
  });
  const secret = await client.get<KubeObject>(secrets, { namespace, name: `${name}-cosign` });
  const { 'cosign.pub': pem } = recordAt(secret, 'data') ?? {};
  assert.match(Buffer.from(String(pem), 'base64').toString(), /^-----BEGIN PUBLIC KEY-----/);
  const gone = await flux(`plugin uninstall ${name} --cluster`);
  assert.is(gone.code, 0, gone.err);
  assert.not.ok(await isThere(name));
  const left = await client
    .get(secrets, { namespace, name: `${name}-cosign` })
    .catch((error: unknown) => error);
  assert.ok(isKube(left, 'notFound'));
});

test('one that the named key has not signed is not installed', async () => {
  const name = uniqueName();
  const address = await publish({ name }, '--sign');
  const other = workplace();
  writeFileSync(join(other.dir, 'x.wasm'), emptyModule({ name: 'x' }));
  await other.flux(`plugin push x.wasm oci://${registry.address}/x:1.0.0 --sign`);
  const key = join(other.dir, '.fluxcd', 'keys', 'cosign.pub');
  assert.ok(existsSync(key));
  const { code, err } = await flux(`plugin install ${address} --yes --verify-key ${key}`);
  assert.is(code, 1);
  assert.match(err, 'no signature of');
  assert.not.ok(await isThere(name));
  other.remove();
});

test('the object is written for Git, with its key, and can be applied as it is', async () => {
  const name = uniqueName();
  const address = await publish({ name, requests }, '--sign');
  const { code, out, err } = await flux(`plugin install ${address} --export --pin=false --secret-ref login`);
  assert.is(code, 0, err);
  const [secret, plugin] = loadAll(out) as [KubeObject, Plugin];
  assert.is(secret.kind, 'Secret');
  assert.equal(plugin.spec.source, {
    url: `oci://${registry.address}/plugins/${name}`,
    ref: { tag: '1.0.0' },
    secretRef: { name: 'login', namespace },
  });
  assert.not.ok(await isThere(name));
  assert.ok(dump(plugin).includes('network'));
});

test('an update goes to the highest version, asks when it wants more, and otherwise leaves the grants alone', async () => {
  const name = uniqueName();
  await flux(`plugin install ${await publish({ name, requests })} --yes`);
  const now = await flux(`plugin update ${name} --cluster`);
  assert.is(now.err, `✔ ${name} already up to date (v1.0.0)\n`);

  await publish({ name, version: '1.1.0', requests: { network: ['$address'] } });
  const quiet = await flux(`plugin update ${name} --cluster`);
  assert.is(quiet.code, 0, quiet.err);
  assert.match(quiet.err, `✔ updated ${name} v1.0.0 → v1.1.0\n`);
  assert.equal((await read(name)).spec.grants, requests);

  await publish({ name, version: '1.2.0', requests: { network: ['*'] } });
  const asked = await flux(`plugin update ${name} --cluster`, { input: '\n' });
  assert.is(asked.code, 1);
  assert.is((await read(name)).status?.version, '1.1.0');
  const agreed = await flux(`plugin update ${name} --cluster`, { input: 'y\n' });
  assert.is(agreed.code, 0, agreed.err);
  const { spec, status } = await read(name);
  assert.equal(spec.grants?.network, ['*']);
  assert.is(status?.version, '1.2.0');
});

test('a plugin that is installed from another address replaces the one of its name', async () => {
  const name = uniqueName();
  await flux(`plugin install ${await publish({ name })} --yes`);
  writeFileSync(join(home.dir, 'kept.wasm'), emptyModule({ name }));
  const address = `oci://${registry.address}/elsewhere:1.0.0`;
  await home.flux(`plugin push kept.wasm ${address}`);
  const again = await flux(`plugin install ${address} --yes`);
  assert.is(again.code, 0, again.err);
  assert.match(again.err, '✔ Plugin updated\n');
  assert.is((await read(name)).spec.source.url, `oci://${registry.address}/elsewhere`);
});

test('what the host refuses ends the command at once, with its reason', async () => {
  // Of two that were created in the same second the first by name counts as the older.
  const [first, second] = [uniqueName('a'), uniqueName('b')];
  await flux(`plugin install ${await publish({ name: first })} --yes`);
  const address = await publish({ name: second, type: first });
  const { code, err } = await flux(`plugin install ${address} --yes --timeout 60s`);
  assert.is(code, 1);
  assert.ok(err.includes(`provided by Plugin ${first}, which is older`), err);
  assert.not.match(err, 'timed out');
  assert.match((await flux('plugin list')).out, new RegExp(`^${second} .*, not ready`, 'm'));
});

test('what is not there is told', async () => {
  const missing = await flux('plugin uninstall nothing-like-it --cluster');
  assert.is(missing.code, 1);
  assert.match(missing.err, '✗ plugin "nothing-like-it" is not installed');
  assert.match((await flux('plugin update nothing-like-it --cluster')).err, 'is not installed');
  assert.is((await flux(`plugin install oci://${registry.address}/nothing:1 --yes`)).code, 1);
});

test('a cluster that is away does not keep the plugins of this machine from being listed', async () => {
  const { code, err } = await home.flux('plugin list --server https://127.0.0.1:1');
  assert.is(code, 0);
  assert.match(err, '⚠️ the plugins of the cluster are not known: ');
});

test.run();
