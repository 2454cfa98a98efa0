import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ArtifactContent, artifactPusher } from '../../helpers/oci/artifacts.ts';
import { type FaultProxy, type Intercept, startFaultProxy, startRegistry } from '../../helpers/registry.ts';
import { tarGzOf, tarOf } from '../../helpers/tar.ts';
import { configMap } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { ociRepository, pullSecret } from './oci-app.ts';

let world: World;
const registry = await startRegistry();
const proxy = await startFaultProxy(registry.address);
const artifacts = artifactPusher(registry.address);
test.before(async () => {
  world = await createWorld();
});
test.after(async () => {
  await world.close();
  await artifacts.close();
  await proxy.stop();
  await registry.stop();
});

const good: ArtifactContent = { files: { 'one.yaml': configMap('one') } };
let count = 0;

/** An OCIRepository behind the proxy that is ready. */
async function healthy(from: FaultProxy = proxy) {
  count += 1;
  const namespace = await world.cluster.namespace('faults');
  const name = `app-${count}`;
  const ref = `OCIRepository/${namespace}/app`;
  const digest = await artifacts.push(name, 'latest', good);
  await world.apply(ociRepository(namespace, { url: `oci://${from.address}/${name}`, timeout: '20s' }));
  const revision = `latest@${digest}`;
  await world.ready(ref, revision);
  /** The last good artifact is still there, and still served. */
  const stillServed = async () => {
    const { artifact } = (await world.get(ref)).status ?? {};
    assert.is(artifact?.revision, revision);
    assert.is((await fetch(artifact?.url ?? '')).status, 200);
  };
  return { ref, name, namespace, stillServed };
}

const layer = (content: Uint8Array): ArtifactContent => ({ layers: [{ content }] });

/** Artifacts that cannot be used, and what is said about them. */
const bad: Record<string, readonly [ArtifactContent, RegExp]> = {
  'a layer that is no archive': [
    layer(Buffer.from('hello')),
    /failed to extract layer contents from artifact: .*not compressed with gzip.*spec\.layerSelector/,
  ],
  'an archive that is cut off': [
    layer(tarGzOf([{ name: 'a', content: 'x'.repeat(5000) }]).subarray(0, 40)),
    /failed to extract .*cut off/,
  ],
  'an archive that ends early': [
    layer(gzipSync(tarOf([{ name: 'a', content: 'x'.repeat(5000) }]).subarray(0, 1500))),
    /failed to extract .*unexpected end/,
  ],
  'names that lead out': [
    { entries: [{ name: '../../evil', content: 'x' }] },
    /failed to extract .*"\.\.\/\.\.\/evil"/,
  ],
  'an absolute name': [
    { entries: [{ name: '/etc/evil', content: 'x' }] },
    /failed to extract .*"\/etc\/evil"/,
  ],
  'a hard link': [
    { entries: [{ name: 'evil', type: '1', link: '/etc/passwd' }] },
    /failed to extract .*evil is of the unsupported type 1/,
  ],
  'a bomb': [
    { entries: [{ name: 'bomb', content: Buffer.alloc(100_000), size: 8_000_000_000 }] },
    /failed to extract .*more bytes/,
  ],
  'no layers': [{ layers: [] }, /no layers found in artifact/],
};

for (const [what, [content, message]] of Object.entries(bad)) {
  test(`${what} is said to be one, and the last good artifact stays`, async () => {
    const { ref, name, stillServed } = await healthy();
    await artifacts.push(name, 'latest', content);
    await world.request(ref);
    await world.failed(ref, 'OCIArtifactLayerOperationFailed', message, 60_000);
    assert.is(condition(await world.get(ref), 'FetchFailed')?.status, 'True');
    await stillServed();
    const next = await artifacts.push(name, 'latest', good);
    await world.request(ref);
    await world.ready(ref, `latest@${next}`);
  });
}

test('a media type that no layer has is named, and the last good artifact stays', async () => {
  const { ref, stillServed } = await healthy();
  await world.patch(ref, { spec: { layerSelector: { mediaType: 'application/vnd.example.other' } } });
  await world.failed(
    ref,
    'OCIArtifactLayerOperationFailed',
    /failed to find layer with media type 'application\/vnd\.example\.other'/,
  );
  await stillServed();
});

test('links are left out, the rest is taken', async () => {
  const { ref, name } = await healthy();
  const digest = await artifacts.push(name, 'latest', {
    entries: [
      { name: 'passwd', type: '2', link: '/etc/passwd' },
      { name: 'one.yaml', content: configMap('one') },
    ],
  });
  await world.request(ref);
  await world.ready(ref, `latest@${digest}`);
});

const answering =
  (status: number, headers: Record<string, string> = {}): Intercept =>
  (_request, response) => {
    response.writeHead(status, headers).end();
    return true;
  };
const onlyBlobs =
  (intercept: Intercept): Intercept =>
  (request, response, seen) =>
    request.url?.includes('/blobs/') ? intercept(request, response, seen) : false;

/** What registries do, and what is said then. */
const faults: Record<string, readonly [Intercept, string, RegExp]> = {
  'does not know who asks any more (401)': [
    answering(401, { 'www-authenticate': 'Basic realm="registry"' }),
    'OCIArtifactPullFailed',
    /failed to determine artifact digest: .*status 401.*check user name and password/,
  ],
  'refuses with 403': [
    answering(403),
    'OCIArtifactPullFailed',
    /failed to determine artifact digest: GET .* status 403.*may not do this/,
  ],
  'knows nothing any more (404)': [
    answering(404),
    'OCIArtifactPullFailed',
    /failed to determine artifact digest: GET .* status 404/,
  ],
  'limits the rate with 429': [
    answering(429, { 'retry-after': '3600' }),
    'OCIArtifactPullFailed',
    /status 429.*pull less often/,
  ],
  'breaks down with 500': [answering(500), 'OCIArtifactPullFailed', /status 500/],
  hangs: [() => true, 'OCIArtifactPullFailed', /did not answer within spec\.timeout \(20s\)/],
  'breaks every download off': [
    onlyBlobs((_request, response) => {
      response.writeHead(200, { 'content-length': '100000' });
      response.write('x', () => response.destroy());
      return true;
    }),
    'OCIArtifactLayerOperationFailed',
    /failed to extract layer contents from artifact/,
  ],
  'sends another layer': [
    onlyBlobs((_request, response) => {
      response.end(tarGzOf([{ name: 'x', content: 'evil' }]));
      return true;
    }),
    'OCIArtifactLayerOperationFailed',
    /has digest sha256:\w+, but sha256:\w+ was expected|larger than/,
  ],
  'sends another manifest': [
    (request, response) => {
      if (!/manifests\/sha256:/.test(request.url ?? '')) return false;
      response.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' });
      response.end('{"schemaVersion":2,"layers":[]}');
      return true;
    },
    'OCIArtifactPullFailed',
    /failed to pull artifact from .*has the digest sha256:\w+ instead of sha256:/,
  ],
  'sends a page for browsers': [
    (request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(request.method === 'HEAD' ? undefined : '<html>');
      return true;
    },
    'OCIArtifactPullFailed',
    /failed to determine artifact digest: its media type "text\/html" is that of no manifest/,
  ],
};

for (const [what, [intercept, reason, message]] of Object.entries(faults)) {
  test(`a registry that ${what} is a clear condition, and the last good artifact stays`, async () => {
    const own = await startFaultProxy(registry.address);
    try {
      const { ref, name, stillServed } = await healthy(own);
      const next = await artifacts.push(name, 'latest', { files: { 'two.yaml': configMap('two') } });
      own.intercept = intercept;
      await world.request(ref);
      await world.failed(ref, reason, message, 90_000);
      await stillServed();
      own.intercept = undefined;
      await world.request(ref);
      await world.ready(ref, `latest@${next}`);
      await world.delete(ref);
    } finally {
      await own.stop();
    }
  });
}

test('a token that ends in the middle of a pull is replaced', async () => {
  const login = { username: 'flux', password: 'hunter2hunter2' };
  const closed = await startRegistry({ auth: { kind: 'token', ...login } });
  const own = await startFaultProxy(closed.address);
  const pusher = artifactPusher(closed.address, { login });
  try {
    const namespace = await world.cluster.namespace('token');
    const digest = await pusher.push('app', 'latest', good);
    // The first token holds for the manifest; what is asked for the layer with is over.
    let spoilt = 0;
    own.intercept = (request) => {
      if (request.url?.includes('/blobs/') && spoilt === 0) {
        spoilt += 1;
        request.headers.authorization = 'Bearer expired';
      }
      return false;
    };
    await world.apply(
      pullSecret(namespace, 'login', { registry: own.address, ...login }),
      ociRepository(namespace, { url: `oci://${own.address}/app`, secretRef: { name: 'login' } }),
    );
    await world.ready(`OCIRepository/${namespace}/app`, `latest@${digest}`);
    assert.is(spoilt, 1);
  } finally {
    await pusher.close();
    await own.stop();
    await closed.stop();
  }
});

test('an address with a tag is refused for good, with what to do', async () => {
  const namespace = await world.cluster.namespace('faults');
  const ref = `OCIRepository/${namespace}/app`;
  await world.apply(ociRepository(namespace, { url: `oci://${proxy.address}/app:v1` }));
  await world.failed(
    ref,
    'URLInvalid',
    /URL validation failed for .*: URL must not contain a tag; remove ':v1'/,
  );
  assert.is(condition(await world.get(ref), 'Stalled')?.status, 'True');
});

test('an unchanged tag costs one HEAD request a round', async () => {
  const own = await startFaultProxy(registry.address);
  try {
    const { ref } = await healthy(own);
    own.forget();
    const requestedAt = await world.request(ref);
    await world.until(
      ref,
      'to have looked',
      ({ status }) => status?.['lastHandledReconcileAt'] === requestedAt,
    );
    await world.ready(ref);
    assert.equal(
      own.requests.map(({ method, path }) => `${method} ${path.replace(/app-\d+/, 'app')}`),
      ['HEAD /v2/app/manifests/latest'],
    );
  } finally {
    await own.stop();
  }
});

test.run();
