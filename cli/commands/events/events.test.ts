import { Alert, ImagePolicy, Kustomization } from '@flux-host/crds/index.ts';
import type { ApiResource } from '@flux-host/host/kube/types.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { events as eventKind } from '../../cluster/resources.ts';
import { joinSharedCluster, kustomization } from '../../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;
const namespace = await cluster.namespace();
const flux: Pick<ApiResource, 'group' | 'version'> = { group: 'kustomize.toolkit.fluxcd.io', version: 'v1' };

interface Given {
  readonly kind: string;
  readonly name: string;
  readonly type?: string;
  readonly secondsAgo: number;
  readonly count?: number;
  readonly group?: string;
}

async function happened(message: string, given: Given): Promise<void> {
  const { kind, name, type = 'Normal', secondsAgo, count = 1, group = flux.group } = given;
  const time = (ago: number) => new Date(Date.now() - ago * 1000).toISOString().replace(/\.\d+/, '');
  await client.create(eventKind, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}-${message}`, namespace },
    involvedObject: { apiVersion: `${group}/${flux.version}`, kind, name, namespace },
    type,
    reason: 'Tested',
    message,
    count,
    firstTimestamp: time(secondsAgo + 600),
    lastTimestamp: time(secondsAgo),
  });
}

test.before(async () => {
  await client.create(Kustomization, kustomization('app', namespace));
  await happened('newest', { kind: 'Kustomization', name: 'app', secondsAgo: 30, count: 3 });
  await happened('oldest', { kind: 'Kustomization', name: 'other', secondsAgo: 300, type: 'Warning' });
  await happened('fetched', {
    kind: 'GitRepository',
    name: 'app',
    secondsAgo: 100,
    group: 'source.toolkit.fluxcd.io',
  });
  await happened('foreign', { kind: 'Pod', name: 'app', secondsAgo: 50, group: 'core' });
  await happened('namesake', { kind: 'Bucket', name: 'app', secondsAgo: 50, group: 'objectstorage.k8s.io' });
});
test.after(() => world.close());

/** Messages in order. */
async function messages(flags: string): Promise<(string | undefined)[]> {
  const { out } = await world.flux(`events -n ${namespace} ${flags}`.trim());
  return out
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split('\t').at(-2)?.trim());
}

test('events of Flux are shown, oldest first, those of others are not', async () => {
  assert.equal(await messages(''), ['oldest', 'fetched', 'newest']);
});

test('columns tell when, what and about which object', async () => {
  const { out } = await world.flux(`events -n ${namespace}`);
  const lines = out.split('\n').map((line) => line.split('\t').map((cell) => cell.trim()));
  assert.equal(lines[0], ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']);
  assert.match(lines[3]?.[0] ?? '', /^3\ds \(x3 over 10m\)$/);
  assert.equal(lines[3]?.slice(1, 5), ['Normal', 'Tested', 'Kustomization/app', 'newest']);
});

test('types, kinds and objects select; an object comes with its source', async () => {
  assert.equal(await messages('--types warning'), ['oldest']);
  assert.equal(await messages('--for kustomization'), ['oldest', 'newest']);
  assert.equal(await messages('--for Kustomization/app'), ['fetched', 'newest']);
});

test('an Alert comes with its Provider, an ImagePolicy with its repository', async () => {
  const metadata = { name: 'app', namespace };
  await client.create(Alert, {
    apiVersion: Alert.apiVersion,
    kind: 'Alert',
    metadata,
    spec: { providerRef: { name: 'chat' }, eventSources: [{ kind: 'Kustomization', name: '*' }] },
  });
  await client.create(ImagePolicy, {
    apiVersion: ImagePolicy.apiVersion,
    kind: 'ImagePolicy',
    metadata,
    spec: { imageRepositoryRef: { name: 'images' }, policy: { semver: { range: '*' } } },
  });
  const notification = 'notification.toolkit.fluxcd.io';
  const image = 'image.toolkit.fluxcd.io';
  await happened('alerted', { kind: 'Alert', name: 'app', secondsAgo: 20, group: notification });
  await happened('refused', { kind: 'Provider', name: 'chat', secondsAgo: 19, group: notification });
  await happened('scanned', { kind: 'ImageRepository', name: 'images', secondsAgo: 18, group: image });
  assert.equal(await messages('--for Alert/app'), ['alerted', 'refused']);
  assert.equal(await messages('--for ImagePolicy/app'), ['scanned']);
});

test('all namespaces are named', async () => {
  const { out } = await world.flux('events -A');
  assert.match(out, /^NAMESPACE +\tLAST SEEN/);
  assert.match(out, new RegExp(`${namespace}[^\\n]*newest`));
});

test('mistakes are told', async () => {
  assert.match(
    (await world.flux('events --types Odd')).err,
    "type 'Odd' not supported. Supported types are Normal, Warning",
  );
  assert.match((await world.flux('events --for Pod/x')).err, "'Pod' is not a recognized Flux kind");
});

test('nothing to show is said, and is no failure', async () => {
  const empty = await cluster.namespace();
  const { code, err, out } = await world.flux(`events -n ${empty}`);
  assert.is(code, 0);
  assert.is(out, '');
  assert.is(err, `✗ No events found in ${empty} namespace.\n`);
});

test('new events are streamed until the user interrupts', async () => {
  const interrupt = new AbortController();
  let added: Promise<void> | undefined;
  const { out } = await world.flux(`events -w --for Kustomization -n ${namespace}`, {
    interrupt: interrupt.signal,
    onOutput(all) {
      if (all.includes('newest')) {
        added ??= happened('streamed', { kind: 'Kustomization', name: 'app', secondsAgo: 1 });
      }
      if (all.includes('streamed')) interrupt.abort(new Error('interrupted'));
    },
  });
  await added;
  assert.is(out.match(/LAST SEEN/g)?.length, 1);
  assert.match(out, 'streamed');
});

test.run();
