import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mediaType } from '@flux-host/host/oci/media-types.ts';
import { parseReference } from '@flux-host/host/oci/reference.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startRegistry } from '../../helpers/registry.ts';
import { createSigstore, type Sigstore } from '../../helpers/sigstore.ts';
import { createWorld } from '../harness.ts';
import { closeRegistryClient, configMapBuilder, plugin, pushModule, registryClient } from './world.ts';

const dir = mkdtempSync(join(tmpdir(), 'flux-host-keyless-'));
const rootFile = join(dir, 'trusted_root.json');
const [known, own] = await Promise.all([createSigstore(), createSigstore()]);
writeFileSync(rootFile, known.trustedRoot);
const [world, registry] = await Promise.all([
  createWorld({ flags: [`--sigstore-trusted-root=${rootFile}`] }),
  startRegistry(),
]);
const url = (name: string) => `oci://${registry.address}/plugins/${name}`;
const issuer = 'https://issuer.example.com';
const subject = 'https://git.example.com/team/plugin/release.yml@refs/tags/v1';
const team = [{ issuer: '^https://issuer\\.example\\.com$', subject: '^https://git\\.example\\.com/team/' }];

test.after(async () => {
  await world.close();
  await registry.stop();
  await closeRegistryClient();
  rmSync(dir, { recursive: true });
});

/** Pushes a plugin that is signed without a key. */
async function pushSigned(name: string, sigstore: Sigstore): Promise<void> {
  const digest = await pushModule(
    `${url(name)}:latest`,
    await configMapBuilder({ name, namespace: 'default', value: 'x' }),
  );
  const ref = parseReference(`${url(name)}:latest`);
  const { descriptor } = await registryClient.manifest({ ...ref, digest });
  const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  const bundle = await sigstore.bundle({ digest, subject, issuer });
  const layer = await registryClient.pushBlob(ref, Buffer.from(JSON.stringify(bundle)));
  const config = await registryClient.pushBlob(ref, Buffer.from('{}'));
  const { registry: host, name: repository } = ref;
  await registryClient.pushManifest(
    { registry: host, name: repository },
    {
      schemaVersion: 2,
      mediaType: mediaType.ociManifest,
      artifactType: type,
      config: { ...config, mediaType: mediaType.empty },
      layers: [{ ...layer, mediaType: type }],
      subject: descriptor,
    },
  );
}

test('a workflow that may sign is trusted by the root that the host was given', async () => {
  await pushSigned('flagged', known);
  await world.apply(
    plugin('flagged', url('flagged'), { verify: { provider: 'cosign', matchOIDCIdentity: team } }),
  );
  await world.ready('Plugin/flagged');
});

test('another workflow is not', async () => {
  const others = [{ issuer: '.*', subject: '^https://git\\.example\\.com/other/' }];
  await pushSigned('stranger', known);
  await world.apply(
    plugin('stranger', url('stranger'), { verify: { provider: 'cosign', matchOIDCIdentity: others } }),
  );
  const { message } = await world.failed(
    'Plugin/stranger',
    'VerificationError',
    /no signature of .* can be trusted/,
  );
  assert.match(message, /matchOIDCIdentity/);
});

test('a root in the Secret takes the place of that of the host', async () => {
  await world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'trust' } });
  await world.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'root', namespace: 'trust' },
    stringData: { 'trusted_root.json': own.trustedRoot },
  });
  const verify = {
    provider: 'cosign' as const,
    matchOIDCIdentity: team,
    secretRef: { name: 'root', namespace: 'trust' },
  };
  await pushSigned('private', own);
  await world.apply(plugin('private', url('private'), { verify }));
  await world.ready('Plugin/private');
  await pushSigned('public', known);
  await world.apply(plugin('public', url('public'), { verify }));
  await world.failed('Plugin/public', 'VerificationError', /no signature of .* can be trusted/);
});

test.run();
