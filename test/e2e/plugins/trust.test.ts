import { generateKeyPairSync } from 'node:crypto';
import { parseReference } from '@flux-host/host/oci/reference.ts';
import { signCosign } from '@flux-host/host/signature/sign.ts';
import type { SigningKey } from '@flux-host/host/signature/types.ts';
import type { PluginRequests } from '@flux-host/sdk/contract/manifest.ts';
import { load } from 'js-yaml';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startRegistry } from '../../helpers/registry.ts';
import { configMap, createApp } from '../app.ts';
import { createWorld } from '../harness.ts';
import { condition } from '../live.ts';
import { closeRegistryClient, configMapBuilder, plugin, pushModule, registryClient } from './world.ts';

const [world, registry] = await Promise.all([createWorld(), startRegistry()]);
const runtime = 'flux-system';
const url = (name: string) => `oci://${registry.address}/plugins/${name}`;

test.before(async () => {
  await world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: runtime } });
});
test.after(async () => {
  await world.close();
  await registry.stop();
  await closeRegistryClient();
});

/** Pushes a builder and returns the digest of its image. */
async function push(
  name: string,
  options: { tag?: string; version?: string; requests?: PluginRequests } = {},
) {
  const { tag = 'latest', version = '1.0.0', requests = {} } = options;
  const module = await configMapBuilder(
    { name, namespace: 'default', value: version },
    { version, requests },
  );
  return pushModule(`${url(name)}:${tag}`, module);
}

const greedy: PluginRequests = {
  network: ['$address', 'api.example.com:443', '*.example.org'],
  capabilities: ['http', 'tcp'],
  secretKeys: ['token', 'identity'],
  credentials: [{ header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } }],
  identity: { cloud: 'gcp', scope: 'sts', visible: true },
  memory: '64Mi',
};

test('what is not granted is said as YAML, which is all that has to be added', async () => {
  await push('greedy', { requests: greedy });
  await world.apply(plugin('greedy', url('greedy'), { grants: { capabilities: ['http'] } }));
  const { message } = await world.failed('Plugin/greedy', 'GrantMissing', /asks for more than is granted/);
  const lines = message.slice(message.indexOf('\n'), message.indexOf('(hint'));
  const added = load(lines);
  assert.equal(added, {
    spec: {
      grants: {
        network: greedy.network,
        capabilities: ['tcp'],
        secretKeys: greedy.secretKeys,
        credentials: greedy.credentials,
        identity: greedy.identity,
      },
    },
  });
  assert.ok(typeof added === 'object' && added !== null);
  await world.patch('Plugin/greedy', {
    spec: { grants: { ...greedyGrants(), capabilities: ['http', 'tcp'] } },
  });
  const { status } = await world.ready('Plugin/greedy');
  assert.equal(status?.['requests'], greedy);
});

function greedyGrants() {
  const { memory: _limit, ...grants } = greedy;
  return grants;
}

test('grants beyond the requests, and wider ones, are fine', async () => {
  await push('modest', { requests: { network: ['a.example.com:443'] } });
  await world.apply(
    plugin('modest', url('modest'), {
      grants: { network: ['*.example.com'], capabilities: ['http', 'tcp'] },
    }),
  );
  await world.ready('Plugin/modest');
});

test('a new version that wants more waits for the grant, and the old one goes on', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { builder: { plugin: 'growing' } },
  });
  await push('growing', { tag: '1.0.0' });
  await world.apply(plugin('growing', url('growing'), { source: { url: '', ref: { semver: '*' } } }));
  await world.ready('Plugin/growing');
  await world.ready(app.kustomization);
  await push('growing', { tag: '1.1.0', version: '1.1.0', requests: { capabilities: ['tcp'] } });
  await world.request('Plugin/growing');
  await world.failed(
    'Plugin/growing',
    'GrantMissing',
    /version 1\.1\.0 asks.*- tcp.*version 1\.0\.0 stays installed/s,
  );
  await world.patch(app.kustomization, { spec: { namePrefix: 'a-' } });
  await world.ready(app.kustomization);
  await world.patch('Plugin/growing', { spec: { grants: { capabilities: ['tcp'] } } });
  const { status } = await world.ready('Plugin/growing');
  assert.is(status?.['version'], '1.1.0');
});

test('a grant that is taken back ends the calls', async () => {
  await push('revoked', { requests: { capabilities: ['http'] } });
  await world.apply(plugin('revoked', url('revoked'), { grants: { capabilities: ['http'] } }));
  await world.ready('Plugin/revoked');
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { builder: { plugin: 'revoked' } },
  });
  await world.ready(app.kustomization);
  await world.patch('Plugin/revoked', { spec: { grants: null } });
  await world.failed('Plugin/revoked', 'GrantMissing', /- http/);
  await world.patch(app.kustomization, { spec: { namePrefix: 'a-' } });
  await world.failed(
    app.kustomization,
    'BuildFailed',
    /plugin revoked is installed, but .*see the conditions of Plugin revoked/,
  );
});

test('a Secret of the administrator that is missing, or lacks a key, is named', async () => {
  await push('secretive');
  const secrets = [{ name: 'api', namespace: runtime, keys: ['token', 'user'] }];
  await world.apply(plugin('secretive', url('secretive'), { grants: { secrets } }));
  await world.failed('Plugin/secretive', 'SecretNotFound', /failed to get secret 'flux-system\/api'/);
  const secret = keySecret('api', { token: 'very-secret-token' });
  await world.apply(secret);
  const { message } = await world.failed(
    'Plugin/secretive',
    'InvalidGrant',
    /flux-system\/api has no key user/,
  );
  assert.not.match(message, /very-secret/);
  await world.apply(keySecret('api', { token: 'very-secret-token', user: 'joe' }));
  await world.ready('Plugin/secretive');
});

test('a module under another name is refused: nothing is replaced unnoticed', async () => {
  await push('real');
  await world.apply(plugin('fake', url('real')));
  await world.failed(
    'Plugin/fake',
    'NameMismatch',
    /the plugin "real", not "fake".*name the Plugin object real/,
  );
});

test('of two plugins with the same use the older object has it, until it goes', async () => {
  const provides = [{ kind: 'builder' as const, type: 'shared' }];
  for (const name of ['elder', 'junior']) {
    await pushModule(
      `${url(name)}:latest`,
      await configMapBuilder({ name, namespace: 'default', value: name }, { provides }),
    );
  }
  await world.apply(plugin('elder', url('elder')));
  await world.ready('Plugin/elder');
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await world.apply(plugin('junior', url('junior')));
  await world.failed(
    'Plugin/junior',
    'Conflict',
    /builder "shared" is provided by Plugin elder, which is older/,
  );
  assert.is(condition(await world.get('Plugin/elder'), 'Ready')?.status, 'True');
  await world.delete('Plugin/elder');
  await world.ready('Plugin/junior');
});

test('a plugin with the use of a built-in of another name is refused', async () => {
  const provides = [{ kind: 'builder' as const, type: 'kustomize' }];
  const module = await configMapBuilder({ name: 'hijack', namespace: 'default', value: 'x' }, { provides });
  await pushModule(`${url('hijack')}:latest`, module);
  await world.apply(plugin('hijack', url('hijack')));
  await world.failed(
    'Plugin/hijack',
    'Conflict',
    /provided by the built-in plugin kustomize.*only a plugin of the name kustomize/,
  );
});

function keyPair(): SigningKey & { readonly pem: string } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...pair, pem: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

const keySecret = (name: string, keys: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: runtime, labels: { 'reconcile.fluxcd.io/watch': 'Enabled' } },
  stringData: keys,
});

async function sign(name: string, digest: string, key: SigningKey): Promise<void> {
  const { registry: host, name: repository } = parseReference(url(name));
  await signCosign({ client: registryClient, ref: { registry: host, name: repository }, digest, key });
}

test('an image that nobody signed is not used where signatures are asked for; a signed one is', async () => {
  const key = keyPair();
  await world.apply(keySecret('signers', { 'cosign.pub': key.pem }));
  const digest = await push('signed');
  await world.apply(
    plugin('signed', url('signed'), { verify: { provider: 'cosign', secretRef: { name: 'signers' } } }),
  );
  await world.failed('Plugin/signed', 'VerificationError', /has no cosign signature/);
  assert.is((await world.get('Plugin/signed')).status?.['digest'], undefined);
  await sign('signed', digest, key);
  await world.request('Plugin/signed');
  await world.ready('Plugin/signed');
});

test('a signature by another key is refused, also for a new version; the verified one stays', async () => {
  const [key, stranger] = [keyPair(), keyPair()];
  await world.apply(keySecret('owner', { 'owner.pub': key.pem }));
  await sign('owned', await push('owned', { tag: '1.0.0' }), key);
  const verify = { provider: 'cosign' as const, secretRef: { name: 'owner' } };
  await world.apply(plugin('owned', url('owned'), { verify, source: { url: '', ref: { semver: '*' } } }));
  await world.ready('Plugin/owned');
  await sign('owned', await push('owned', { tag: '1.1.0', version: '1.1.0' }), stranger);
  await world.request('Plugin/owned');
  await world.failed(
    'Plugin/owned',
    'VerificationError',
    /no signature of .* can be trusted.*version 1\.0\.0 stays installed/,
  );
});

test('when the keys change, what they do not vouch for is not called any more', async () => {
  const [key, next] = [keyPair(), keyPair()];
  await world.apply(keySecret('rotating', { 'a.pub': key.pem }));
  const digest = await push('rotated');
  await sign('rotated', digest, key);
  await world.apply(
    plugin('rotated', url('rotated'), { verify: { provider: 'cosign', secretRef: { name: 'rotating' } } }),
  );
  await world.ready('Plugin/rotated');
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { builder: { plugin: 'rotated' } },
  });
  await world.ready(app.kustomization);
  await world.apply(keySecret('rotating', { 'a.pub': next.pem }));
  await world.failed('Plugin/rotated', 'VerificationError', /no signature of/);
  await world.patch(app.kustomization, { spec: { namePrefix: 'a-' } });
  await world.failed(app.kustomization, 'BuildFailed', /plugin rotated is installed, but/);
  await sign('rotated', digest, next);
  await world.request('Plugin/rotated');
  await world.ready('Plugin/rotated');
  await world.ready(app.kustomization);
});

test('identities without a trusted root cannot be verified, which is said', async () => {
  await push('keyless');
  const matchOIDCIdentity = [{ issuer: '^https://issuer$', subject: '.*' }];
  await world.apply(plugin('keyless', url('keyless'), { verify: { provider: 'cosign', matchOIDCIdentity } }));
  await world.failed('Plugin/keyless', 'VerificationError', /no trusted root.*trusted_root\.json/);
});

test.run();
