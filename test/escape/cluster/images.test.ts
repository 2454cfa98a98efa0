import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseReference } from '@flux-host/host/oci/reference.ts';
import type { ImageManifest } from '@flux-host/host/oci/types.ts';
import { httpServer } from '@flux-host/host/sandbox/testing/servers.ts';
import { pluginArtifactType, pluginConfigType, pluginModuleType } from '@flux-host/sdk/contract/artifact.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMapBuilder, plugin, pushModule, registryClient } from '../../e2e/plugins/world.ts';
import type { Intercept } from '../../helpers/oci/fault-proxy.ts';
import { createStage } from './stage.ts';

/**
 * Images that are no plugins, and a registry, or somebody before it, that lies. A module that is changed on its way, one that is damaged on the disk,
 * tags that go and come: test/e2e/plugins/faults.test.ts; missing and wrong signatures: test/e2e/plugins/trust.test.ts.
 */
const stage = await createStage();
const { world, front } = stage;
const internal = await httpServer((_request, response) => response.end('internal'));
test.before.each(() => {
  front.intercept = undefined;
  internal.seen.length = 0;
});
test.after(async () => {
  await stage.close();
  await internal.close();
});

const module = await configMapBuilder({ name: 'bad', namespace: 'default', value: 'x' });
const sha256 = (bytes: Uint8Array | string) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A good manifest with changes, pushed or given as it is. */
async function manifestWith(change: (good: ImageManifest) => unknown): Promise<string> {
  const ref = parseReference(`${stage.behind('bad')}:latest`);
  const layer = await registryClient.pushBlob(ref, module);
  const config = await registryClient.pushBlob(ref, Buffer.from('{}'));
  const good: ImageManifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: pluginArtifactType,
    config: { ...config, mediaType: pluginConfigType },
    layers: [{ ...layer, mediaType: pluginModuleType }],
  };
  return JSON.stringify(change(good));
}

/** Answers every question about the manifest with this text. */
function serve(
  text: string,
  mediaType = 'application/vnd.oci.image.manifest.v1+json',
  digest = sha256(text),
): Intercept {
  return (request, response) => {
    if (!request.url?.includes('/manifests/')) return false;
    response.setHeader('content-type', mediaType);
    response.setHeader('docker-content-digest', digest);
    response.setHeader('content-length', Buffer.byteLength(text));
    response.end(request.method === 'HEAD' ? undefined : text);
    return true;
  };
}

async function refusedWith(message: RegExp): Promise<void> {
  await world.apply(plugin('bad', stage.url('bad'), { timeout: '5s' }));
  const object = await world.until('Plugin/bad', `to be refused with ${message}`, ({ status }) =>
    (status?.conditions ?? []).some(
      ({ type, status: is, message: said }) => type === 'Ready' && is === 'False' && message.test(said),
    ),
  );
  assert.is(object.status?.['digest'], undefined);
  assert.equal(readdirSync(join(stage.dir, 'storage', '.plugins', 'tmp')), []);
  front.intercept = undefined;
  await stage.uninstall('bad');
}

function layerOf({ layers: [layer] }: ImageManifest) {
  if (!layer) throw new Error('the good manifest has a layer');
  return layer;
}
const path = 'sha256:../../../../../../etc/passwd';
const many = <T>(one: T) => Array.from({ length: 3000 }, () => one);

const images: Record<string, [change: (good: ImageManifest) => unknown, message: RegExp]> = {
  'two layers': [(good) => ({ ...good, layers: [...good.layers, ...good.layers] }), /one layer of type/],
  'no layer': [(good) => ({ ...good, layers: [] }), /its layers are: none/],
  'a layer of another type': [
    (good) => ({ ...good, layers: [{ ...layerOf(good), mediaType: 'application/x-sh' }] }),
    /one layer of type .*x-sh/,
  ],
  'another type of artifact': [
    (good) => ({
      ...good,
      artifactType: 'application/vnd.cncf.helm',
      config: { ...good.config, mediaType: 'x/y' },
    }),
    /not a plugin/,
  ],
  'a layer that is smaller than it says': [
    (good) => ({ ...good, layers: [{ ...layerOf(good), size: module.length + 100 }] }),
    /ended after|bytes|416|range/i,
  ],
  'a layer that is larger than it says': [
    (good) => ({ ...good, layers: [{ ...layerOf(good), size: module.length - 100 }] }),
    /more than its|larger|digest/,
  ],
  'a layer of no bytes': [
    (good) => ({ ...good, layers: [{ ...layerOf(good), size: 0 }] }),
    /digest|more than|bytes/,
  ],
  'a layer of a size below zero': [
    (good) => ({ ...good, layers: [{ ...layerOf(good), size: -1 }] }),
    /not what its media type/,
  ],
  'a layer of a terabyte': [
    (good) => ({ ...good, layers: [{ ...layerOf(good), size: 2 ** 40 }] }),
    /larger than 134217728 bytes/,
  ],
  'a digest that is a path': [
    (good) => ({ ...good, layers: [{ ...layerOf(good), digest: path }] }),
    /not what its media type/,
  ],
  'a digest that is a path in capitals': [
    (good) => ({ ...good, layers: [{ ...layerOf(good), digest: `SHA256:${'A'.repeat(64)}` }] }),
    /not what its media type/,
  ],
  'a digest of a weak hash': [
    (good) => ({ ...good, layers: [{ ...layerOf(good), digest: `md5:${'a'.repeat(32)}` }] }),
    /not what its media type/,
  ],
  'a digest by a hash that modules are not stored under': [
    (good) => ({
      ...good,
      layers: [{ ...layerOf(good), digest: `sha512:${createHash('sha512').update(module).digest('hex')}` }],
    }),
    /sha256 digest/,
  ],
  'a digest of something else': [
    (good) => ({ ...good, layers: [{ ...layerOf(good), digest: sha256('x') }] }),
    /not found|404|unknown/i,
  ],
  'three thousand layers': [(good) => ({ ...good, layers: many(layerOf(good)) }), /one layer of type/],
  'a layer somewhere else': [
    (good) => ({ ...good, layers: [{ ...layerOf(good), urls: [internal.url], digest: sha256('x') }] }),
    /not found|404|unknown/i,
  ],
  'another version of the schema': [(good) => ({ ...good, schemaVersion: 1 }), /not what its media type/],
  'lists of two kinds': [(good) => ({ ...good, manifests: [] }), /something else about its kind/],
  'a type of its own': [
    (good) => ({ ...good, mediaType: 'application/vnd.oci.image.index.v1+json' }),
    /something else about its kind/,
  ],
  'a prototype for a layer': [
    (good) => JSON.parse(`{"__proto__": ${JSON.stringify(good)}}`),
    /not what its media type/,
  ],
};

for (const [what, [change, message]] of Object.entries(images)) {
  test(`an image with ${what} is refused, and nothing of it stays`, async () => {
    front.intercept = serve(await manifestWith(change));
    await refusedWith(message);
    assert.is(internal.seen.length, 0);
  });
}

const texts: Record<string, [text: string, mediaType: string | undefined, message: RegExp]> = {
  'is no JSON': ['<html>', undefined, /is no JSON/],
  'is empty': ['', undefined, /is no JSON/],
  'is null': ['null', undefined, /not what its media type/],
  'is brackets without end': ['['.repeat(200_000), undefined, /is no JSON/],
  'is larger than any manifest': [' '.repeat(5 * 2 ** 20), undefined, /larger than 4194304 bytes/],
  'has no type': ['{}', '', /media type/],
  'is a page': ['{}', 'text/html', /no manifest that can be used/],
  'is an index of itself': [
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ mediaType: 'application/vnd.oci.image.index.v1+json', digest: sha256('x'), size: 10 }],
    }),
    'application/vnd.oci.image.index.v1+json',
    /is an index of images/,
  ],
};

for (const [what, [text, mediaType, message]] of Object.entries(texts)) {
  test(`a manifest that ${what} is refused`, async () => {
    front.intercept = serve(text, mediaType);
    await refusedWith(message);
  });
}

test('a manifest that is another one at the second question is refused: what was asked about is what is used', async () => {
  const good = await manifestWith((one) => one);
  const other = await manifestWith((one) => ({ ...one, annotations: { changed: 'yes' } }));
  front.intercept = (request, response, index) =>
    serve(request.method === 'HEAD' ? good : other, undefined, sha256(good))(request, response, index);
  await refusedWith(/has the digest/);
});

test('a digest in the header that is none is refused', async () => {
  front.intercept = serve(await manifestWith((one) => one), undefined, path);
  await refusedWith(/is no digest/);
});

test('a pinned digest is not that of whatever the registry gives for it', async () => {
  front.intercept = serve(await manifestWith((one) => one));
  const digest = sha256('what was asked for');
  await world.apply(plugin('bad', stage.url('bad'), { source: { url: '', ref: { digest } } }));
  await world.failed('Plugin/bad', 'OCIArtifactPullFailed', /has the digest/);
  await stage.uninstall('bad');
});

const detours: Record<string, [location: () => string, message: RegExp]> = {
  'the metadata service': [() => 'http://169.254.169.254/latest/meta-data', /169\.254\.169\.254/],
  'the machine of the host by another name': [
    () => `http://localhost:${internal.port}/`,
    /may not connect to localhost/,
  ],
  'a file': [() => 'file:///etc/passwd', /file:/],
};

for (const [what, [location, message]] of Object.entries(detours)) {
  test(`a registry that sends the host to ${what} is not followed`, async () => {
    await pushModule(`${stage.behind('bad')}:latest`, module);
    front.intercept = (request, response) => {
      if (!request.url?.includes('/blobs/')) return false;
      response.writeHead(307, { location: location() }).end();
      return true;
    };
    await refusedWith(message);
    assert.is(internal.seen.length, 0);
  });

  test(`a registry that wants a login from ${what} gets none`, async () => {
    front.intercept = (_request, response) => {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${location()}",service="x"` }).end();
      return true;
    };
    await refusedWith(/token|169|localhost|file|Bearer|status 401|connect/i);
    assert.is(internal.seen.length, 0);
  });
}

test('a module without end is not downloaded for ever', async () => {
  await pushModule(`${stage.behind('bad')}:latest`, module);
  front.intercept = (request, response) => {
    if (!request.url?.includes('/blobs/') || request.method !== 'GET') return false;
    const more = () => {
      while (response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more);
    more();
    return true;
  };
  await refusedWith(/more than its|larger than/);
});

test('a registry that says nothing does not keep the host longer than spec.timeout', async () => {
  front.intercept = () => true;
  await refusedWith(/within 5s/);
});

test('what a registry says of a refusal is shown as text', async () => {
  front.intercept = (_request, response) => {
    const message = `\u001b[2J${'long '.repeat(20_000)}`;
    response
      .writeHead(403, { 'content-type': 'application/json' })
      .end(JSON.stringify({ errors: [{ code: 'DENIED', message }] }));
    return true;
  };
  await refusedWith(/status 403/);
});

test('tags that are paths, flags or scripts are no versions', async () => {
  front.intercept = (request, response) => {
    if (!request.url?.includes('/tags/list')) return false;
    const tags = [
      '../../../v2/other/manifests/9.9.9',
      '9.9.9/../../x',
      '9.9.9?x=y',
      '9.9.9#',
      '9.9.9\r\nx: y',
      '--9.9.9',
      `9.9.9+${'a'.repeat(500)}`,
      '__proto__',
    ];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ name: 'plugins/bad', tags }));
    return true;
  };
  await world.apply(plugin('bad', stage.url('bad'), { source: { url: '', ref: { semver: '*' } } }));
  await world.failed('Plugin/bad', 'OCIArtifactPullFailed', /no tag of .* is a version|is no tag/);
  assert.ok(front.requests.every((request) => !request.path.includes('other/manifests')));
  await stage.uninstall('bad');
});

test('the host went on all the time: a good plugin is installed', async () => {
  await stage.install('fine', await configMapBuilder({ name: 'fine', namespace: 'default', value: 'x' }));
  await world.ready('Plugin/fine');
});

test.run();
