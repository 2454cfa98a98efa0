import type { ImagePolicy } from '@flux-host/crds/image/image-policy.ts';
import type { ImageRepository } from '@flux-host/crds/image/image-repository.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Registry, startRegistry } from '../helpers/registry.ts';
import { createWorld, type World } from './harness.ts';
import { createImageMaker, type ImageMaker } from './image.ts';
import { condition } from './live.ts';

let world: World;
let registry: Registry;
let images: ImageMaker;

test.before(async () => {
  [world, registry] = await Promise.all([createWorld(), startRegistry()]);
  images = createImageMaker(registry);
});
test.after(async () => {
  await images.close();
  await Promise.all([world.close(), registry.stop()]);
});

function repository(namespace: string, spec: Partial<ImageRepository['spec']> = {}): ImageRepository {
  return {
    apiVersion: 'image.toolkit.fluxcd.io/v1',
    kind: 'ImageRepository',
    metadata: { namespace, name: 'app' },
    spec: { image: `${registry.address}/${namespace}/app`, interval: '1h', insecure: true, ...spec },
  };
}

function policy(namespace: string, spec: Partial<ImagePolicy['spec']> = {}): ImagePolicy {
  return {
    apiVersion: 'image.toolkit.fluxcd.io/v1',
    kind: 'ImagePolicy',
    metadata: { namespace, name: 'app' },
    spec: { imageRepositoryRef: { name: 'app' }, policy: { semver: { range: '1.x' } }, ...spec },
  };
}

async function namespaceWith(...tags: string[]): Promise<string> {
  const namespace = await world.cluster.namespace('image');
  for (const tag of tags) await images.push(`${namespace}/app`, tag);
  return namespace;
}

const latest = (object: { status?: object }) => Object(object.status)['latestRef'];

test('the tags of an image are listed, and a policy chooses one of them', async () => {
  const namespace = await namespaceWith('1.0.0', '1.1.0', '2.0.0', 'latest', 'sha256-abc.sig');
  await world.apply(policy(namespace), repository(namespace));
  const chosen = await world.ready(`ImagePolicy/${namespace}/app`);
  assert.equal(latest(chosen), { name: `${registry.address}/${namespace}/app`, tag: '1.1.0' });
  const { status } = await world.get(`ImageRepository/${namespace}/app`);
  assert.equal(Object(status)['lastScanResult'].latestTags, ['latest', '2.0.0', '1.1.0', '1.0.0']);
  assert.is(Object(status)['lastScanResult'].tagCount, 4);
  assert.is(Object(status)['canonicalImageName'], `${registry.address}/${namespace}/app`);
});

test('a new tag is found when a scan is asked for, and the policy follows at once', async () => {
  const namespace = await namespaceWith('1.0.0');
  await world.apply(policy(namespace), repository(namespace));
  await world.ready(`ImagePolicy/${namespace}/app`);
  await images.push(`${namespace}/app`, '1.0.1');
  await world.patch(`ImageRepository/${namespace}/app`, {
    metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } },
  });
  const ref = `ImagePolicy/${namespace}/app`;
  const chosen = await world.until(ref, 'to follow', (object) => latest(object)?.tag === '1.0.1');
  assert.is(Object(chosen.status)['observedPreviousRef'].tag, '1.0.0');
  const ready = await world.ready(ref);
  assert.match(condition(ready, 'Ready')?.message ?? '', /resolved to 1\.0\.1 \(previously .*:1\.0\.0\)$/);
});

test('a digest is recorded when the policy asks for it', async () => {
  const namespace = await namespaceWith();
  const digest = await images.push(`${namespace}/app`, '1.0.0');
  await world.apply(repository(namespace), policy(namespace, { digestReflectionPolicy: 'IfNotPresent' }));
  assert.is(latest(await world.ready(`ImagePolicy/${namespace}/app`)).digest, digest);
});

test('a policy that cannot be read is stalled, and says where', async () => {
  const namespace = await namespaceWith('1.0.0');
  await world.apply(repository(namespace), policy(namespace, { policy: { semver: { range: 'newest' } } }));
  const ready = await world.failed(
    `ImagePolicy/${namespace}/app`,
    'InvalidPolicy',
    /improper constraint: newest/,
  );
  assert.match(ready.message, 'spec.policy');
});

test('no tag in the range, no repository and no image are told apart', async () => {
  const namespace = await namespaceWith('0.1.0');
  await world.apply(policy(namespace));
  const ref = `ImagePolicy/${namespace}/app`;
  await world.failed(ref, 'DependencyNotReady', /ImageRepository '.*\/app' not found/);
  await world.apply(repository(namespace));
  await world.failed(ref, 'Failure', /unable to determine latest version/);
  await world.patch(`ImageRepository/${namespace}/app`, {
    spec: { image: `${registry.address}/${namespace}/missing` },
  });
  await world.failed(`ImageRepository/${namespace}/app`, 'ReadOperationFailed', /^scan failed: /);
});

test('an image with a scheme is refused with what to remove', async () => {
  const namespace = await world.cluster.namespace('image');
  await world.apply(repository(namespace, { image: 'https://registry.example.com/app' }));
  await world.failed(`ImageRepository/${namespace}/app`, 'ImageURLInvalid', /remove 'https:\/\/'/);
});

test('another namespace is let in by labels, and by nothing else', async () => {
  const [owner, guest] = [await namespaceWith('1.0.0'), await world.cluster.namespace('guest')];
  await world.apply(repository(owner));
  await world.apply(policy(guest, { imageRepositoryRef: { name: 'app', namespace: owner } }));
  const ref = `ImagePolicy/${guest}/app`;
  await world.failed(ref, 'AccessDenied', /missing access list/);
  const selectors = (team: string) => ({
    spec: { accessFrom: { namespaceSelectors: [{ matchLabels: { team } }] } },
  });
  await world.patch(`ImageRepository/${owner}/app`, selectors('web'));
  await world.failed(ref, 'AccessDenied', /labels mismatch on namespace/);
  await world.patch(`Namespace/${guest}`, { metadata: { labels: { team: 'web' } } });
  await world.patch(`ImageRepository/${owner}/app`, { spec: { interval: '2h' } });
  assert.is(latest(await world.ready(ref)).tag, '1.0.0');
});

test('the tags survive a restart of the host without the registry being asked', async () => {
  const namespace = await namespaceWith('1.0.0');
  await world.apply(repository(namespace));
  await world.ready(`ImageRepository/${namespace}/app`);
  const before = await world.get(`ImageRepository/${namespace}/app`);
  const { dir } = world.host;
  await world.host.kill();
  await world.startHost({ dir });
  await world.apply(policy(namespace));
  assert.is(latest(await world.ready(`ImagePolicy/${namespace}/app`)).tag, '1.0.0');
  const after = await world.get(`ImageRepository/${namespace}/app`);
  assert.is(
    Object(after.status)['lastScanResult'].scanTime,
    Object(before.status)['lastScanResult'].scanTime,
  );
});

test.run();
