import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeChart } from '../../helpers/chart-repository.ts';
import { startCosign } from '../../helpers/cosign.ts';
import { temporaryFolder } from '../../helpers/git/temporary.ts';
import { startGitServer } from '../../helpers/git-server.ts';
import { startHelm } from '../../helpers/helm.ts';
import { artifactPusher } from '../../helpers/oci/artifacts.ts';
import { startRegistry } from '../../helpers/registry.ts';
import { startS3 } from '../../helpers/storage/s3.ts';
import { configMap, gitRepository } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { helmChart, helmRepository } from '../helm/objects.ts';
import { condition } from '../live.ts';
import { hookUrl, receiver, send, tokenSecret } from '../receivers/webhook.ts';
import { ociRepository, pullSecret, secret } from './oci-app.ts';

// No source here is asked to reconcile, and none has an interval that ends: what happens, an event brought about.

let world: World;
const login = { username: 'flux', password: 'hunter2hunter2' };
const [open, closed, tls, s3, git, cosign, helm] = await Promise.all([
  startRegistry(),
  startRegistry({ auth: { kind: 'basic', ...login } }),
  startRegistry({ tls: 'server' }),
  startS3(),
  startGitServer({ auth: login }),
  startCosign(),
  startHelm(),
]);
test.before(async () => {
  // A failure is not tried again by itself while the test looks.
  world = await createWorld({ flags: ['--min-retry-delay=10m', '--max-retry-delay=10m'] });
});
test.after(async () => {
  await world.close();
  await Promise.all([open.stop(), closed.stop(), tls.stop(), s3.stop()]);
  await Promise.all([git.close(), cosign.close(), helm.close()]);
});

const files = { 'one.yaml': configMap('one') };

/** A Secret that is watched, as Flux watches Secrets: by its label. */
function watched(object: ReturnType<typeof secret>) {
  const labels = { 'reconcile.fluxcd.io/watch': 'Enabled' };
  return { ...object, metadata: { ...object.metadata, labels } };
}

test('a login that comes or is corrected wakes the GitRepository, the Bucket and the OCIRepository', async () => {
  const namespace = await world.cluster.namespace('wake');
  const { url } = await git.createRepository('private', files);
  await s3.createBucket('private');
  await s3.put('private', 'one.yaml', files['one.yaml']);
  const pusher = artifactPusher(closed.address, { login });
  await pusher.push('private', 'latest', { files });
  await pusher.close();
  const bucket = { bucketName: 'private', endpoint: s3.endpoint, insecure: true, interval: '1h' };
  await world.apply(
    gitRepository(namespace, { url, secretRef: { name: 'git' } }),
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'Bucket',
      metadata: { name: 'app', namespace },
      spec: { ...bucket, secretRef: { name: 'bucket' } },
    },
    ociRepository(namespace, { url: `oci://${closed.address}/private`, secretRef: { name: 'oci' } }),
  );
  const [ofGit, ofBucket, ofRegistry] = ['GitRepository', 'Bucket', 'OCIRepository'].map(
    (kind) => `${kind}/${namespace}/app`,
  ) as [string, string, string];
  for (const ref of [ofGit, ofBucket, ofRegistry]) {
    await world.failed(ref, 'AuthenticationFailed', /failed to get (secret|credential)/);
  }
  await world.apply(
    watched(secret(namespace, 'git', { ...login, password: 'wrong' })),
    watched(secret(namespace, 'bucket', { accesskey: s3.accesskey, secretkey: 'wrong' })),
    watched(pullSecret(namespace, 'oci', { registry: closed.address, ...login, password: 'wrong' })),
  );
  await world.failed(ofGit, 'GitOperationFailed', /401|authentication/i);
  await world.failed(ofBucket, 'BucketOperationFailed', /signature/i);
  await world.failed(ofRegistry, 'OCIArtifactPullFailed', /401/);
  await world.apply(
    watched(secret(namespace, 'git', login)),
    watched(secret(namespace, 'bucket', { accesskey: s3.accesskey, secretkey: s3.secretkey })),
    watched(pullSecret(namespace, 'oci', { registry: closed.address, ...login })),
  );
  for (const ref of [ofGit, ofBucket, ofRegistry]) await world.ready(ref);
});

test('an authority that comes wakes the OCIRepository that names it in certSecretRef', async () => {
  const namespace = await world.cluster.namespace('wake');
  const { ca = '' } = tls.certificates ?? {};
  const pusher = artifactPusher(tls.address, { tls: { ca } });
  const digest = await pusher.push('app', 'latest', { files });
  await pusher.close();
  const ref = `OCIRepository/${namespace}/app`;
  await world.apply(
    ociRepository(namespace, { url: `oci://${tls.address}/app`, certSecretRef: { name: 'authority' } }),
  );
  await world.failed(ref, 'AuthenticationFailed', /authority/);
  await world.apply(watched(secret(namespace, 'authority', { 'ca.crt': ca })));
  await world.ready(ref, `latest@${digest}`);
});

test('a trusted key that comes wakes the OCIRepository that was not verified', async () => {
  const namespace = await world.cluster.namespace('wake');
  const [{ publicKey }, other] = [await cosign.keyPair('good'), await cosign.keyPair('other')];
  const pusher = artifactPusher(open.address);
  const digest = await pusher.push('signed', 'latest', { files });
  await pusher.close();
  await cosign.sign(`${open.address}/signed@${digest}`, 'good');
  const ref = `OCIRepository/${namespace}/app`;
  await world.apply(watched(secret(namespace, 'keys', { 'other.pub': other.publicKey })));
  await world.apply(
    ociRepository(namespace, {
      url: `oci://${open.address}/signed`,
      verify: { provider: 'cosign', secretRef: { name: 'keys' } },
    }),
  );
  await world.failed(ref, 'VerificationError', /another key than other\.pub/);
  await world.apply(
    watched(secret(namespace, 'keys', { 'other.pub': other.publicKey, 'good.pub': publicKey })),
  );
  const source = await world.ready(ref, `latest@${digest}`);
  assert.is(condition(source, 'SourceVerified')?.status, 'True');
});

test('a login of a registry wakes the charts that come from it', async () => {
  const namespace = await world.cluster.namespace('wake');
  const dir = temporaryFolder('flux-host-wake-');
  writeChart(join(dir, 'app'), { name: 'app', version: '1.0.0' });
  await helm.run(['package', join(dir, 'app'), '--destination', dir]);
  const to = ['-u', login.username, '-p', login.password, '--plain-http'];
  await helm.run(['registry', 'login', closed.address, ...to]);
  await helm.run(['push', join(dir, 'app-1.0.0.tgz'), `oci://${closed.address}/charts`, '--plain-http']);
  const ref = `HelmChart/${namespace}/app`;
  const url = `oci://${closed.address}/charts`;
  await world.apply(
    helmRepository(namespace, { type: 'oci', url, insecure: true, secretRef: { name: 'login' } }),
    helmChart(namespace, {}),
  );
  await world.failed(ref, 'AuthenticationFailed', /failed to get secret/);
  await world.apply(watched(secret(namespace, 'login', { ...login, password: 'wrong' })));
  await world.failed(ref, 'AuthenticationFailed', /401/);
  await world.apply(watched(secret(namespace, 'login', login)));
  await world.ready(ref, '1.0.0');
});

test('a webhook wakes an OCIRepository, which fetches what was pushed', async () => {
  const namespace = await world.cluster.namespace('wake');
  const pusher = artifactPusher(open.address);
  try {
    const first = await pusher.push('hooked', 'latest', { files });
    const ref = `OCIRepository/${namespace}/app`;
    await world.apply(
      ociRepository(namespace, { url: `oci://${open.address}/hooked` }),
      tokenSecret(namespace),
      receiver(namespace, {
        type: 'generic',
        resources: [{ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'OCIRepository', name: 'app' }],
      }),
    );
    await world.ready(ref, `latest@${first}`);
    const url = await hookUrl(world, namespace);
    const second = await pusher.push('hooked', 'latest', { files: { 'two.yaml': configMap('two') } });
    assert.is(await send(url, { method: 'POST', body: '{}' }), 200);
    await world.ready(ref, `latest@${second}`);
  } finally {
    await pusher.close();
  }
});

test.run();
