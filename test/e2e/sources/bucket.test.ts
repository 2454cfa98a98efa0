import { createHash } from 'node:crypto';
import type { Bucket } from '@flux-host/crds/source/bucket.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type S3, startS3 } from '../../helpers/storage/s3.ts';
import { configMap, kustomization } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { pathsIn } from '../tarball.ts';

let world: World;
let s3: S3;
let secure: S3;
test.before(async () => {
  [world, s3, secure] = await Promise.all([
    createWorld(),
    startS3({ region: 'eu-central-1' }),
    startS3({ tls: true }),
  ]);
});
test.after(async () => {
  await Promise.all([s3.stop(), secure.stop()]);
  await world.close();
});

let count = 0;

interface Place {
  readonly namespace: string;
  readonly bucket: string;
  readonly ref: string;
}

/** A namespace with a bucket, the Secret `keys` and the Bucket `app`. */
async function place(
  files: Readonly<Record<string, string>>,
  spec: Partial<Bucket['spec']> = {},
  server: S3 = s3,
): Promise<Place> {
  count += 1;
  const bucket = `bucket-${count}`;
  await server.createBucket(bucket);
  for (const [key, content] of Object.entries(files)) await server.put(bucket, key, content);
  const namespace = await world.cluster.namespace('bucket');
  await secret(namespace, 'keys', { accesskey: server.accesskey, secretkey: server.secretkey });
  await world.apply({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'Bucket',
    metadata: { name: 'app', namespace },
    spec: {
      bucketName: bucket,
      endpoint: server.endpoint,
      interval: '1h',
      insecure: server === s3,
      secretRef: { name: 'keys' },
      ...spec,
    },
  });
  return { namespace, bucket, ref: `Bucket/${namespace}/app` };
}

async function secret(namespace: string, name: string, stringData: Record<string, string>): Promise<void> {
  await world.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData });
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
/** As Flux computes it. */
const revisionOf = (files: Readonly<Record<string, string>>) => {
  const lines = Object.keys(files)
    .sort()
    .map((key) => `${key} ${md5(files[key] ?? '')}\n`);
  return `sha256:${createHash('sha256').update(lines.join('')).digest('hex')}`;
};

async function download(ref: string): Promise<string[]> {
  const { artifact } = (await world.get(ref)).status ?? {};
  const answer = await fetch(artifact?.url ?? '');
  assert.is(answer.status, 200);
  return pathsIn(Buffer.from(await answer.arrayBuffer()));
}

test('the objects of a bucket become an artifact whose revision is that of Flux, and a Kustomization applies it', async () => {
  const files = { 'deploy/one.yaml': configMap('one'), 'deploy/sub dir/ü+&.txt': 'x', 'z.txt': 'z' };
  const { ref, namespace } = await place(files);
  await world.apply(
    kustomization(namespace, { sourceRef: { kind: 'Bucket', name: 'app' }, path: './deploy' }),
  );
  const source = await world.ready(ref, revisionOf(files));
  assert.is(condition(source, 'Ready')?.message, `stored artifact: revision '${revisionOf(files)}'`);
  assert.match(String(source.status?.['url']), /\/bucket\/.*\/app\/latest\.tar\.gz$/);
  assert.equal((await download(ref)).sort(), Object.keys(files).sort());
  await world.ready(`Kustomization/${namespace}/app`);
  assert.equal((await world.get(`ConfigMap/${namespace}/one`)).data, { key: 'value' });
});

test('a change is fetched on request, and a listing that is the same changes nothing', async () => {
  const files = { 'one.yaml': configMap('one') };
  const { ref, bucket } = await place(files);
  const before = await world.ready(ref, revisionOf(files));
  await world.request(ref);
  const same = await world.ready(ref);
  assert.equal(same.status?.artifact, before.status?.artifact);
  await s3.put(bucket, 'two.yaml', configMap('two'));
  await world.request(ref);
  await world.ready(ref, revisionOf({ ...files, 'two.yaml': configMap('two') }));
  await s3.remove(bucket, 'one.yaml');
  await world.request(ref);
  await world.ready(ref, revisionOf({ 'two.yaml': configMap('two') }));
  assert.equal(await download(ref), ['two.yaml']);
});

test('prefix, .sourceignore in the bucket and spec.ignore choose the objects', async () => {
  const files = {
    '.sourceignore': '*.md\n',
    'apps/one.yaml': configMap('one'),
    'apps/README.md': 'x',
    'apps/secret/two.yaml': configMap('two'),
    'other/three.yaml': configMap('three'),
  };
  const { ref } = await place(files, { prefix: 'apps/', ignore: 'secret/\n' });
  const source = await world.ready(ref, revisionOf({ 'apps/one.yaml': files['apps/one.yaml'] }));
  assert.is(source.status?.['observedIgnore'], 'secret/\n');
  assert.equal((await download(ref)).sort(), ['.sourceignore', 'apps/one.yaml']);
  await world.patch(ref, { spec: { ignore: null, prefix: null } });
  const { '.sourceignore': _rules, 'apps/README.md': _ignored, ...rest } = files;
  const later = await world.ready(ref, revisionOf(rest));
  assert.is(later.status?.['observedIgnore'], undefined);
});

test('a bucket that is missing, wrong keys and a wrong endpoint say so, and the last artifact is still served', async () => {
  const files = { 'one.yaml': configMap('one') };
  const { ref, namespace, bucket } = await place(files);
  await world.ready(ref, revisionOf(files));
  await world.patch(ref, { spec: { bucketName: 'nowhere' } });
  await world.failed(ref, 'BucketOperationFailed', /^bucket 'nowhere' not found/);
  await world.patch(ref, { spec: { bucketName: bucket } });
  await world.ready(ref);
  await secret(namespace, 'keys', { accesskey: s3.accesskey, secretkey: 'wrong' });
  await world.request(ref);
  await world.failed(
    ref,
    'BucketOperationFailed',
    /failed to confirm existence of '.*' bucket: .*signature(.|\n)*the secret key is not that of the access key/i,
  );
  await secret(namespace, 'keys', { accesskey: 'NOBODY', secretkey: 'wrong' });
  await world.request(ref);
  await world.failed(ref, 'BucketOperationFailed', /failed to confirm existence .*access key/i);
  await world.patch(ref, { spec: { secretRef: null } });
  await world.failed(ref, 'BucketOperationFailed', /failed to confirm existence .*(denied|anonymous)/i);
  await world.patch(ref, { spec: { secretRef: { name: 'keys' }, endpoint: '127.0.0.1:9' } });
  await world.failed(ref, 'BucketOperationFailed', /127\.0\.0\.1:9 refused the connection/);
  await world.patch(ref, { spec: { endpoint: 'https://example.com/path' } });
  await world.failed(ref, 'AuthenticationFailed', /Endpoint url cannot have fully qualified paths/);
  assert.equal(await download(ref), ['one.yaml']);
  const logs = await world.host.logs();
  assert.not.match(logs, s3.secretkey);
});

test('a Secret without the keys, and one that is not there, are named', async () => {
  const { ref, namespace } = await place({});
  await world.ready(ref, revisionOf({}));
  await world.delete(`Secret/${namespace}/keys`);
  await secret(namespace, 'keys', { accesskey: 'only' });
  await world.request(ref);
  await world.failed(
    ref,
    'AuthenticationFailed',
    /invalid 'keys' secret data: required fields 'accesskey' and 'secretkey'/,
  );
  await world.patch(ref, { spec: { secretRef: { name: 'absent' } } });
  await world.failed(ref, 'AuthenticationFailed', /failed to get secret '.*\/absent'/);
});

test('the authority of a private service is given by certSecretRef', async () => {
  const files = { 'one.yaml': configMap('one') };
  const { ref, namespace } = await place(files, {}, secure);
  await world.failed(ref, 'BucketOperationFailed', /certificate of 127\.0\.0\.1:\d+ is not trusted/);
  await secret(namespace, 'ca', { 'ca.crt': secure.certificates?.ca ?? '' });
  await world.patch(ref, { spec: { certSecretRef: { name: 'ca' } } });
  await world.ready(ref, revisionOf(files));
});

test('a deleted Bucket leaves nothing in the store', async () => {
  const { ref } = await place({ 'one.yaml': configMap('one') });
  const { status } = await world.ready(ref);
  await world.delete(ref);
  await world.eventually({ what: `${ref} to be gone` }, async () => (await world.find(ref)) === undefined);
  const answer = await fetch(status?.artifact?.url ?? '');
  assert.is(answer.status, 404);
  await answer.body?.cancel();
});

test.run();
