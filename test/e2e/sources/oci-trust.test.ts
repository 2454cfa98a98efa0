import { mediaType } from '@flux-host/host/oci/media-types.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startCosign } from '../../helpers/cosign.ts';
import { notationAuthority, trustPolicy } from '../../helpers/notation.ts';
import { artifactPusher } from '../../helpers/oci/artifacts.ts';
import { startRegistry } from '../../helpers/registry.ts';
import { createSigstore } from '../../helpers/sigstore.ts';
import { configMap } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { ociRepository, pullSecret, secret } from './oci-app.ts';

let world: World;
const login = { username: 'flux', password: 'hunter2hunter2' };
const [open, basic, token, tls, mutual, cosign, authority] = await Promise.all([
  startRegistry(),
  startRegistry({ auth: { kind: 'basic', ...login } }),
  startRegistry({ auth: { kind: 'token', ...login } }),
  startRegistry({ tls: 'server' }),
  startRegistry({ tls: 'client' }),
  startCosign(),
  notationAuthority(),
]);
const all = [open, basic, token, tls, mutual];
const artifacts = artifactPusher(open.address);
test.before(async () => {
  world = await createWorld();
});
test.after(async () => {
  await world.close();
  await artifacts.close();
  authority.close();
  await cosign.close();
  await Promise.all(all.map((registry) => registry.stop()));
});

/** A ServiceAccount with a pull secret. */
function puller(namespace: string, name: string) {
  const metadata = { name: 'puller', namespace };
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata, imagePullSecrets: [{ name }] };
}

/** Attaches a Sigstore bundle, as cosign 3 does. */
async function attach(name: string, digest: string, bundle: object): Promise<void> {
  const { client } = artifacts;
  const repository = artifacts.repository(name);
  const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  const layer = await client.pushBlob(repository, Buffer.from(JSON.stringify(bundle)));
  const config = await client.pushBlob(repository, Buffer.from('{}'));
  await client.pushManifest(repository, {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    artifactType: type,
    config: { ...config, mediaType: mediaType.empty },
    layers: [{ ...layer, mediaType: type }],
    subject: await client.resolve({ ...repository, digest }),
  });
}

const files = { 'one.yaml': configMap('one') };

test('a password, a token server and a ServiceAccount let in; without them the registry’s words are shown', async () => {
  for (const registry of [basic, token]) {
    const namespace = await world.cluster.namespace('login');
    const ref = `OCIRepository/${namespace}/app`;
    const pusher = artifactPusher(registry.address, { login });
    const digest = await pusher.push('private', 'latest', { files });
    await pusher.close();
    await world.apply(ociRepository(namespace, { url: `oci://${registry.address}/private` }));
    const refused = await world.failed(
      ref,
      'OCIArtifactPullFailed',
      /failed to determine artifact digest: .*401/,
    );
    assert.match(refused.message, /check user name and password/);
    await world.apply(
      pullSecret(namespace, 'wrong', { registry: registry.address, ...login, password: 'wrong' }),
    );
    await world.patch(ref, { spec: { secretRef: { name: 'wrong' } } });
    await world.failed(ref, 'OCIArtifactPullFailed', /401/);
    await world.patch(ref, { spec: { secretRef: { name: 'missing' } } });
    await world.failed(ref, 'AuthenticationFailed', /failed to get credential: .*'[^']*\/missing'/);
    await world.apply(pullSecret(namespace, 'login', { registry: registry.address, ...login }));
    await world.patch(ref, { spec: { secretRef: { name: 'login' } } });
    await world.ready(ref, `latest@${digest}`);
    await world.apply(puller(namespace, 'login'));
    await world.apply(
      ociRepository(namespace, {
        name: 'by-account',
        url: `oci://${registry.address}/private`,
        serviceAccountName: 'puller',
      }),
    );
    await world.ready(`OCIRepository/${namespace}/by-account`, `latest@${digest}`);
    assert.not.match(await world.host.logs(), new RegExp(login.password));
  }
});

test('an authority and a client certificate of the Secret are used', async () => {
  const namespace = await world.cluster.namespace('tls');
  for (const [name, registry] of [
    ['server', tls],
    ['client', mutual],
  ] as const) {
    const { ca = '', client } = registry.certificates ?? {};
    const pusher = artifactPusher(registry.address, { tls: { ca, ...client } });
    const digest = await pusher.push('app', 'latest', { files });
    await pusher.close();
    const ref = `OCIRepository/${namespace}/${name}`;
    await world.apply(ociRepository(namespace, { name, url: `oci://${registry.address}/app` }));
    await world.failed(ref, 'OCIArtifactPullFailed', /certificate of .* is not trusted/);
    if (name === 'server') {
      await world.patch(ref, { spec: { insecure: true } });
      await world.ready(ref, `latest@${digest}`);
      await world.patch(ref, { spec: { insecure: null } });
      await world.failed(ref, 'OCIArtifactPullFailed', /is not trusted/);
    }
    const data = {
      'ca.crt': ca,
      ...(name === 'client' ? { 'tls.crt': client?.cert ?? '', 'tls.key': client?.key ?? '' } : {}),
    };
    await world.apply(secret(namespace, name, data));
    await world.patch(ref, { spec: { certSecretRef: { name } } });
    await world.ready(ref, `latest@${digest}`);
  }
});

test('what cosign signed with a trusted key is verified, and nothing else gets in', async () => {
  const namespace = await world.cluster.namespace('cosign');
  const ref = `OCIRepository/${namespace}/app`;
  const [{ publicKey }, other] = [await cosign.keyPair('good'), await cosign.keyPair('other')];
  await world.apply(
    secret(namespace, 'keys', { 'good.pub': publicKey }),
    secret(namespace, 'others', { 'other.pub': other.publicKey }),
  );
  const first = await artifacts.push('signed', 'latest', { files });
  await cosign.sign(`${open.address}/signed@${first}`, 'good', 'legacy');
  const verify = { provider: 'cosign' as const, secretRef: { name: 'keys' } };
  await world.apply(ociRepository(namespace, { url: `oci://${open.address}/signed`, verify }));
  const source = await world.ready(ref, `latest@${first}`);
  assert.is(condition(source, 'SourceVerified')?.status, 'True');
  assert.is(condition(source, 'SourceVerified')?.message, `verified signature of revision latest@${first}`);
  const second = await artifacts.push('signed', 'latest', { files: { 'two.yaml': configMap('two') } });
  await world.request(ref);
  const unsigned = await world.failed(
    ref,
    'VerificationError',
    /provider 'cosign': .*has no cosign signature/,
  );
  assert.ok(unsigned);
  assert.is((await world.get(ref)).status?.artifact?.revision, `latest@${first}`);
  await cosign.sign(`${open.address}/signed@${second}`, 'other');
  await world.request(ref);
  await world.failed(ref, 'VerificationError', /another key than good\.pub/);
  await cosign.sign(`${open.address}/signed@${second}`, 'good');
  await world.request(ref);
  await world.ready(ref, `latest@${second}`);
  await world.patch(ref, { spec: { verify: { ...verify, secretRef: { name: 'others' } } } });
  await world.until(
    ref,
    'to be verified with the other key',
    ({ metadata, ...object }) =>
      condition({ metadata, ...object }, 'SourceVerified')?.observedGeneration === metadata.generation,
  );
  await world.patch(ref, { spec: { verify: null } });
  await world.until(ref, 'to forget', (object) => condition(object, 'SourceVerified') === undefined);
});

test('what a workflow signed without a key is verified by the trusted root of the object', async () => {
  const namespace = await world.cluster.namespace('keyless');
  const ref = `OCIRepository/${namespace}/app`;
  const [own, other] = await Promise.all([createSigstore(), createSigstore()]);
  const digest = await artifacts.push('keyless', 'latest', { files });
  const signer = { issuer: 'https://issuer.example.com', subject: 'https://git.example.com/team/app' };
  const team = { issuer: '^https://issuer\\.example\\.com$', subject: '^https://git\\.example\\.com/team/' };
  const verify = {
    provider: 'cosign' as const,
    matchOIDCIdentity: [team],
    trustedRootSecretRef: { name: 'root' },
  };
  await attach('keyless', digest, await own.bundle({ digest, ...signer }));
  await world.apply(
    secret(namespace, 'root', { 'trusted_root.json': other.trustedRoot }),
    ociRepository(namespace, { url: `oci://${open.address}/keyless`, verify }),
  );
  await world.failed(ref, 'VerificationError', /using provider 'cosign keyless': .*can be trusted/);
  await world.apply(secret(namespace, 'root', { 'trusted_root.json': own.trustedRoot }));
  await world.request(ref);
  const source = await world.ready(ref, `latest@${digest}`);
  assert.is(condition(source, 'SourceVerified')?.status, 'True');
  await world.patch(ref, {
    spec: { verify: { matchOIDCIdentity: [{ ...team, subject: '^https://elsewhere' }] } },
  });
  await world.failed(ref, 'VerificationError', /matchOIDCIdentity/);
  // Without one the public instance vouches, which nobody reaches from here.
  await world.patch(ref, { spec: { verify: { trustedRootSecretRef: null } } });
  await world.failed(
    ref,
    'VerificationError',
    /the trusted root of Sigstore's public instance cannot be had from .*hint: let the host reach .* or give a trusted_root\.json/,
    60_000,
  );
});

test('what notation signed is verified by the trust policy of the Secret', async () => {
  const namespace = await world.cluster.namespace('notation');
  const ref = `OCIRepository/${namespace}/app`;
  const digest = await artifacts.push('notated', 'latest', { files });
  const verify = { provider: 'notation' as const, secretRef: { name: 'trust' } };
  await world.apply(
    secret(namespace, 'trust', {
      'trustpolicy.json': JSON.stringify(trustPolicy()),
      'ca.crt': authority.certificate,
    }),
    ociRepository(namespace, { url: `oci://${open.address}/notated`, verify }),
  );
  await world.failed(ref, 'VerificationError', /using provider 'notation': .*has no notation signature/);
  await (await authority.signer()).sign(`${open.address}/notated@${digest}`, 'cose');
  await world.request(ref);
  const source = await world.ready(ref, `latest@${digest}`);
  assert.is(condition(source, 'SourceVerified')?.status, 'True');
  await world.patch(ref, { spec: { verify: { ...verify, secretRef: null } } });
  await world.failed(ref, 'VerificationError', /verification secret cannot be empty/);
});

test.run();
