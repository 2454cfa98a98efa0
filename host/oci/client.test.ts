import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFaultProxy, startReferrersRegistry, startRegistry } from '@flux-host/test/helpers/registry.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEgress } from '../sandbox/egress/egress.ts';
import { rejection } from '../sandbox/testing/rejects.ts';
import { createOciClient } from './client.ts';
import { sha256 } from './digest.ts';
import { mediaType } from './media-types.ts';
import { parseReference } from './reference.ts';
import type { ImageManifest, OciClient } from './types.ts';

const egress = createEgress();
const registry = await startRegistry();
const front = await startFaultProxy(registry.address);
const modern = await startReferrersRegistry();
const client = createOciClient({ egress });
const folder = mkdtempSync(join(tmpdir(), 'flux-host-oci-'));

const limit = { maxBytes: 100 * 2 ** 20 };
const at = (path: string, address = registry.address) => parseReference(`oci://${address}/${path}`);

/** Pushes a small image and returns its digest and manifest. */
async function push(to: OciClient, ref: ReturnType<typeof at>, more: Partial<ImageManifest> = {}) {
  const layer = await to.pushBlob(ref, Buffer.from('kind: ConfigMap\n'));
  const config = await to.pushBlob(ref, Buffer.from('{}'));
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    config: { ...config, mediaType: mediaType.empty },
    layers: [{ ...layer, mediaType: 'application/vnd.example.layer' }],
    ...more,
  };
  return { descriptor: await to.pushManifest(ref, manifest), manifest };
}

test.before.each(() => {
  front.forget();
  front.intercept = undefined;
});

test('what is pushed is pulled again: digest, manifest, blob', async () => {
  const ref = at('team/app:v1');
  const { descriptor, manifest } = await push(client, ref, {
    annotations: { 'org.opencontainers.image.revision': 'main' },
  });
  assert.equal(await client.resolve(ref), descriptor);
  const got = await client.manifest(ref);
  assert.is(sha256(got.bytes), descriptor.digest);
  assert.equal(got.content, { kind: 'image', manifest });
  assert.equal(got.descriptor.annotations, { 'org.opencontainers.image.revision': 'main' });
  const [layer] = manifest.layers;
  assert.ok(layer);
  assert.is(Buffer.from(await client.readBlob(ref, layer, limit)).toString(), 'kind: ConfigMap\n');
});

test('a digest wins over the tag beside it', async () => {
  const first = await push(client, at('team/both:v1'));
  await push(client, at('team/both:v2'), { annotations: { n: '2' } });
  const ref = { ...at('team/both:v2'), digest: first.descriptor.digest };
  assert.is((await client.resolve(ref)).digest, first.descriptor.digest);
  assert.equal((await client.manifest(ref)).content, { kind: 'image', manifest: first.manifest });
});

test('an unchanged tag costs one request', async () => {
  const ref = at('team/cheap:v1', front.address);
  await push(client, ref);
  front.forget();
  await client.resolve(ref);
  assert.equal(
    front.requests.map(({ method, path }) => `${method} ${path}`),
    ['HEAD /v2/team/cheap/manifests/v1'],
  );
});

test('requests one after the other use one connection', async () => {
  const ref = at('team/connections:v1', front.address);
  await push(client, ref);
  const before = front.connections();
  for (let index = 0; index < 5; index += 1) await client.manifest(ref);
  assert.is(front.connections(), before);
});

test('a registry without HEAD for manifests is asked by GET', async () => {
  const ref = at('team/no-head:v1', front.address);
  const { descriptor } = await push(client, ref);
  front.intercept = ({ method }, response) => {
    if (method !== 'HEAD') return false;
    response.writeHead(405).end();
    return true;
  };
  assert.is((await client.resolve(ref)).digest, descriptor.digest);
});

test('tags come in the order of the registry, over all pages', async () => {
  const ref = at('team/tags:t000', front.address);
  await push(client, ref);
  const names = Array.from({ length: 25 }, (_, index) => `t${String(index).padStart(3, '0')}`);
  for (const name of names.slice(1)) await client.tag(ref, name);
  // The client asks for 1000 at a time: small pages without a thousand tags.
  front.intercept = (request) => {
    request.url = request.url?.replace('n=1000', 'n=10') ?? '';
    return false;
  };
  front.forget();
  assert.equal(await client.tags(ref), names);
  assert.is(front.requests.length, 3);
  await rejection(client.tags(ref, { most: 15 }), 'FLUX_E_OCI_TOO_LARGE');
});

test('a registry whose pages go in a circle is given up', async () => {
  front.intercept = (_request, response) => {
    response.setHeader('link', '</v2/team/circle/tags/list?n=1000&last=a>; rel="next"').end('{"tags":["a"]}');
    return true;
  };
  await rejection(client.tags(at('team/circle', front.address)), 'FLUX_E_OCI_RESPONSE');
});

test('a blob is saved to a file of its owner, and nothing stays of one that is too large', async () => {
  const ref = at('team/files');
  const content = Buffer.alloc(300_000, 'abc');
  const descriptor = await client.pushBlob(ref, content);
  const file = join(folder, 'saved');
  await client.saveBlob(ref, descriptor, { ...limit, file });
  assert.ok(readFileSync(file).equals(content));
  assert.is(statSync(file).mode & 0o777, 0o600);
  await rejection(
    client.saveBlob(ref, descriptor, { maxBytes: 299_999, file: join(folder, 'large') }),
    'FLUX_E_OCI_TOO_LARGE',
  );
  // One that says less than it is.
  const liar = { ...descriptor, size: 1000 };
  await rejection(
    client.saveBlob(ref, liar, { maxBytes: 2000, file: join(folder, 'liar') }),
    'FLUX_E_OCI_DIGEST',
  );
  assert.equal(readdirSync(folder), ['saved']);
});

test('a file that is there already is not touched', async () => {
  const ref = at('team/files');
  const descriptor = await client.pushBlob(ref, Buffer.from('new'));
  const file = join(folder, 'precious');
  writeFileSync(file, 'old');
  const error = await client.saveBlob(ref, descriptor, { ...limit, file }).catch((reason: unknown) => reason);
  assert.match(String(error), /EEXIST/);
  assert.is(readFileSync(file, 'utf8'), 'old');
  rmSync(file);
});

test('blobs are pushed from memory and files, whole and in pieces, and only once', async () => {
  const ref = at('team/push', front.address);
  const content = Buffer.alloc(2_500_001, 'xyz');
  const file = join(folder, 'source');
  writeFileSync(file, content);
  const whole = await client.pushBlob(at('team/push-file', front.address), { file });
  assert.equal(whole, {
    mediaType: 'application/octet-stream',
    digest: sha256(content),
    size: content.length,
  });
  front.forget();
  assert.equal(await client.pushBlob(ref, { file }, { chunkBytes: 1_000_000 }), whole);
  assert.equal(
    front.requests.filter(({ method }) => method === 'PATCH').map(({ headers }) => headers['content-range']),
    ['0-999999', '1000000-1999999', '2000000-2500000'],
  );
  assert.ok(Buffer.from(await client.readBlob(ref, whole, limit)).equals(content));
  front.forget();
  await client.pushBlob(ref, content);
  assert.equal(
    front.requests.map(({ method }) => method),
    ['HEAD'],
  );
  rmSync(file);
});

test('a blob of another repository is mounted instead of sent', async () => {
  const content = Buffer.from('common layer');
  const descriptor = await client.pushBlob(at('team/origin', front.address), content);
  front.forget();
  const ref = at('team/mounted', front.address);
  await client.pushBlob(ref, content, { mountFrom: 'team/origin' });
  assert.equal(
    front.requests.map(({ method }) => method),
    ['HEAD', 'POST'],
  );
  assert.ok(await client.hasBlob({ ...ref, digest: descriptor.digest }));
});

test('an index is pulled as such', async () => {
  const ref = at('team/index:multi');
  const { descriptor } = await push(client, ref);
  const platform = { os: 'linux', architecture: 'arm64' };
  const index = {
    schemaVersion: 2,
    mediaType: mediaType.ociIndex,
    manifests: [{ ...descriptor, platform }],
  } as const;
  await client.pushManifest(ref, index);
  assert.equal((await client.manifest(ref)).content, { kind: 'index', index });
});

test('a deleted manifest is gone', async () => {
  const ref = at('team/gone:v1');
  const { descriptor } = await push(client, ref);
  await client.deleteManifest({ ...ref, digest: descriptor.digest });
  const error = await rejection(client.resolve(ref), 'FLUX_E_OCI_NOT_FOUND');
  assert.match(
    error.text,
    /GET http:\/\/.*\/v2\/team\/gone\/manifests\/v1: status 404: MANIFEST_UNKNOWN: manifest unknown/,
  );
  assert.match(error.text, /check the spelling/);
});

for (const [kind, address] of [
  ['with the referrers API', modern.address],
  ['without it', registry.address],
] as const) {
  test(`what refers to an image is listed by a registry ${kind}`, async () => {
    const own = createOciClient({ egress });
    const ref = at('team/subject:v1', address);
    const { descriptor } = await push(own, ref);
    assert.equal(await own.referrers({ ...ref, digest: descriptor.digest }), []);
    const attach = async (artifactType: string) => {
      const { name, registry } = ref;
      const kind =
        registry === modern.address
          ? // This one has the rule for artifacts with a config of their own only.
            { config: { ...(await own.pushBlob(ref, Buffer.from('{}'))), mediaType: artifactType } }
          : { artifactType };
      return (await push(own, { registry, name }, { ...kind, subject: descriptor })).descriptor.digest;
    };
    const signature = await attach('application/vnd.example.signature');
    const bill = await attach('application/vnd.example.sbom');
    const found = await own.referrers({ ...ref, digest: descriptor.digest });
    assert.equal(found.map(({ digest }) => digest).sort(), [signature, bill].sort());
    const signatures = await own.referrers(
      { ...ref, digest: descriptor.digest },
      { artifactType: 'application/vnd.example.signature' },
    );
    assert.equal(
      signatures.map(({ digest }) => digest),
      [signature],
    );
  });
}

test.after(async () => {
  await egress.close();
  await Promise.all([front.stop(), registry.stop(), modern.stop()]);
  rmSync(folder, { recursive: true });
});

test.run();
