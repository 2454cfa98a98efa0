import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeChart } from '../../helpers/chart-repository.ts';
import { startCosign } from '../../helpers/cosign.ts';
import { temporaryFolder } from '../../helpers/git/temporary.ts';
import { startHelm } from '../../helpers/helm.ts';
import { notationAuthority, trustPolicy } from '../../helpers/notation.ts';
import { type Registry, startRegistry } from '../../helpers/registry.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { pullSecret } from '../sources/oci-app.ts';
import { contentOf, fileIn } from './archive.ts';
import { helmChart, helmRepository, secret } from './objects.ts';

let world: World;
const login = { username: 'flux', password: 'hunter2hunter2' };
const dir = temporaryFolder('flux-host-oci-charts-');
const [open, closed, tls, helm, cosign, authority] = await Promise.all([
  startRegistry(),
  startRegistry({ auth: { kind: 'basic', ...login } }),
  startRegistry({ tls: 'client' }),
  startHelm(),
  startCosign(),
  notationAuthority(),
]);
test.before(async () => {
  world = await createWorld();
});
test.after(async () => {
  await world.close();
  authority.close();
  await Promise.all([helm.close(), cosign.close(), open.stop(), closed.stop(), tls.stop()]);
});

/** Packages a chart and pushes it as `helm push` does. @returns digest of the manifest, and the archive */
async function push(
  registry: Registry,
  run: { name: string; version: string; folder?: string; flags?: readonly string[] },
): Promise<{ digest: string; archive: Buffer }> {
  const { name, version, folder = 'charts', flags = ['--plain-http'] } = run;
  const source = join(dir, `${name}-${version}`, name);
  writeChart(source, { name, version, files: { 'values-blue.yaml': 'colour: blue\n' } });
  await helm.run(['package', source, '--destination', dir]);
  const file = join(dir, `${name}-${version}.tgz`);
  const output = await helm.run(['push', file, `oci://${registry.address}/${folder}`, ...flags]);
  const [, digest = ''] = /Digest: (sha256:[0-9a-f]{64})/.exec(output) ?? [];
  return { digest, archive: await readFile(file) };
}

async function place(spec: Readonly<Record<string, unknown>> = {}) {
  const namespace = await world.cluster.namespace('oci-charts');
  await world.apply(helmRepository(namespace, { url: `oci://${open.address}/charts`, type: 'oci', ...spec }));
  return { namespace, ref: `HelmChart/${namespace}/app`, repository: `HelmRepository/${namespace}/charts` };
}

test('a chart in a registry is served as it was pushed; ranges choose among the tags', async () => {
  const pushed = new Map<string, Buffer>();
  for (const version of ['1.0.0', '1.1.0+build.5', '2.0.0-rc.1'])
    pushed.set(version, (await push(open, { name: 'app', version })).archive);
  const { namespace, ref, repository } = await place();
  const cases: [string, string][] = [
    ['*', '1.1.0+build.5'],
    ['1.0.0', '1.0.0'],
    ['>=2.0.0-0', '2.0.0-rc.1'],
    ['1.1.0+build.5', '1.1.0+build.5'],
  ];
  for (const [version, expected] of cases) {
    await world.apply(helmChart(namespace, { version }));
    const object = await world.ready(ref, expected);
    assert.equal(await contentOf(object), pushed.get(expected));
  }
  await world.apply(helmChart(namespace, { version: '1.0.0', valuesFiles: ['values-blue.yaml'] }));
  const { metadata } = await world.get(ref);
  const merged = await world.ready(ref, `1.0.0+${metadata.generation}`);
  assert.is(fileIn(await contentOf(merged), 'app/values.yaml'), 'colour: blue\n');
  await world.apply(helmChart(namespace, { version: '9.x' }));
  const failed = await world.failed(
    ref,
    'ChartPullError',
    /no 'app' chart with version matching '9\.x' found/,
  );
  assert.match(failed.message, /newest versions are 2\.0\.0-rc\.1, 1\.1\.0\+build\.5, 1\.0\.0/);
  await world.apply(helmChart(namespace, { chart: 'nothing', version: '1.0.0' }));
  await world.failed(ref, 'ChartPullError', /failed to download chart.*404/);
  // Nothing is done for the repository itself.
  const { status, metadata: about } = await world.get(repository);
  assert.equal(status?.conditions ?? [], []);
  assert.equal(about.finalizers ?? [], []);
});

test('a repository that becomes one of type oci is left clean', async () => {
  const namespace = await world.cluster.namespace('oci-charts');
  const ref = `HelmRepository/${namespace}/charts`;
  await world.apply(helmRepository(namespace, { url: `http://${open.address}/none` }));
  await world.failed(
    ref,
    'Failed',
    /failed to fetch Helm repository index: failed to fetch .* 404 Not Found/,
  );
  await world.patch(ref, { spec: { url: `oci://${open.address}/charts` } });
  await world.failed(ref, 'URLInvalid', /'oci' URL scheme cannot be used with 'default' HelmRepository type/);
  await world.patch(ref, { spec: { type: 'oci' } });
  await world.until(
    ref,
    'to have neither status nor finalizer',
    ({ metadata, status }) => !metadata.finalizers?.length && !status?.conditions && !status?.artifact,
  );
  await world.delete(ref);
  await world.gone(ref);
});

test('a login lets in, be it a pull secret or user name and password; a change of it wakes the chart', async () => {
  await helm.run([
    'registry',
    'login',
    closed.address,
    '-u',
    login.username,
    '-p',
    login.password,
    '--plain-http',
  ]);
  const { archive } = await push(closed, { name: 'app', version: '1.0.0' });
  const { namespace, ref, repository } = await place({ url: `oci://${closed.address}/charts` });
  await world.apply(helmChart(namespace, { version: '1.x' }));
  await world.failed(ref, 'AuthenticationFailed', /failed to authenticate with the Helm repository: .*401/);
  await world.apply(
    secret(namespace, 'login', login),
    secret(namespace, 'half', { username: 'flux' }),
    pullSecret(namespace, 'pull', { registry: closed.address, ...login }),
    pullSecret(namespace, 'elsewhere', { registry: 'example.com', ...login }),
  );
  await world.patch(repository, { spec: { secretRef: { name: 'half' } } });
  await world.failed(ref, 'AuthenticationFailed', /has 'username' but missing 'password'/);
  await world.patch(repository, { spec: { secretRef: { name: 'elsewhere' } } });
  await world.failed(
    ref,
    'AuthenticationFailed',
    /no auth config for '127\.0\.0\.1:\d+' in the docker-registry Secret/,
  );
  for (const name of ['login', 'pull']) {
    await world.patch(repository, { spec: { secretRef: { name } } });
    await world.apply(helmChart(namespace, { name, version: '1.x' }));
    assert.equal(await contentOf(await world.ready(`HelmChart/${namespace}/${name}`, '1.0.0')), archive);
  }
  await world.ready(ref, '1.0.0');
  assert.not.match(await world.host.logs(), new RegExp(login.password));
});

test('an authority and a client certificate of certSecretRef are used', async () => {
  const { ca = '', client } = tls.certificates ?? {};
  for (const [name, content] of [
    ['ca.crt', ca],
    ['tls.crt', client?.cert],
    ['tls.key', client?.key],
  ] as const)
    await writeFile(join(dir, name), content ?? '');
  const flags = [
    '--ca-file',
    join(dir, 'ca.crt'),
    '--cert-file',
    join(dir, 'tls.crt'),
    '--key-file',
    join(dir, 'tls.key'),
  ];
  await push(tls, { name: 'app', version: '1.0.0', flags });
  const { namespace, ref, repository } = await place({ url: `oci://${tls.address}/charts` });
  await world.apply(helmChart(namespace, { version: '1.0.0' }));
  await world.failed(ref, 'AuthenticationFailed', /failed to authenticate.*certificate/);
  await world.apply(
    secret(namespace, 'tls', { 'ca.crt': ca, 'tls.crt': client?.cert ?? '', 'tls.key': client?.key ?? '' }),
  );
  await world.patch(repository, { spec: { certSecretRef: { name: 'tls' } } });
  await world.ready(ref, '1.0.0');
});

test('only charts that cosign signed with a trusted key get in', async () => {
  const { publicKey } = await cosign.keyPair('good');
  await cosign.keyPair('other');
  const { namespace, ref } = await place({ url: `oci://${open.address}/signed` });
  const first = await push(open, { name: 'app', version: '1.0.0', folder: 'signed' });
  await cosign.sign(`${open.address}/signed/app@${first.digest}`, 'good');
  await world.apply(secret(namespace, 'keys', { 'good.pub': publicKey }));
  const verify = { provider: 'cosign', secretRef: { name: 'keys' } };
  await world.apply(helmChart(namespace, { version: '*', verify }));
  const object = await world.ready(ref, '1.0.0');
  assert.is(condition(object, 'SourceVerified')?.message, 'verified signature of version 1.0.0');
  const second = await push(open, { name: 'app', version: '1.1.0', folder: 'signed' });
  await cosign.sign(`${open.address}/signed/app@${second.digest}`, 'other');
  await world.request(ref);
  await world.failed(
    ref,
    'VerificationError',
    /chart verification error: failed to verify the signature using provider 'cosign': .*another key/,
  );
  const refused = await world.get(ref);
  assert.is(condition(refused, 'BuildFailed')?.reason, 'ChartVerificationError');
  assert.is(refused.status?.artifact?.revision, '1.0.0');
  await cosign.sign(`${open.address}/signed/app@${second.digest}`, 'good');
  await world.request(ref);
  await world.ready(ref, '1.1.0');
  await world.patch(ref, { spec: { verify: null } });
  await world.until(ref, 'to forget the verdict', (live) => !condition(live, 'SourceVerified'));
});

test('a chart that notation signed gets in', async () => {
  const { digest } = await push(open, { name: 'app', version: '1.0.0', folder: 'notary' });
  const { namespace, ref } = await place({ url: `oci://${open.address}/notary` });
  await world.apply(
    secret(namespace, 'trust', {
      'trustpolicy.json': JSON.stringify(trustPolicy()),
      'ca.crt': authority.certificate,
    }),
  );
  const verify = { provider: 'notation', secretRef: { name: 'trust' } };
  await world.apply(helmChart(namespace, { version: '1.0.0', verify }));
  await world.failed(ref, 'VerificationError', /provider 'notation'/);
  await (await authority.signer()).sign(`${open.address}/notary/app@${digest}`);
  await world.request(ref);
  const object = await world.ready(ref, '1.0.0');
  assert.is(condition(object, 'SourceVerified')?.status, 'True');
});

test.run();
