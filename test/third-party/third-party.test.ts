import { flux } from '@flux-host/cli/testing/flux.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type App, configMap, createApp, kustomization } from '../e2e/app.ts';
import { createImageMaker, type ImageMaker } from '../e2e/image.ts';
import { alert, provider, secret } from '../e2e/notifications/stage.ts';
import { createScene, granted, type Scene } from './installed.ts';
import { goProject } from './projects.ts';
import { type ReleaseApi, type Service, startReleaseApi, startService } from './services.ts';

const token = 'only-for-the-host';
let scene: Scene;
let images: ImageMaker;
let api: ReleaseApi;
let desk: Service;
/** How the desk answers; it takes everything by default. */
let deskStatus = () => 200;
let app: App;

const chart = (template: string) => ({
  'shop/values.yaml': 'host: shop.example.com\nqueues: [mail, pdf]\n',
  'shop/values-production.yaml': 'host: www.example.com\n',
  'shop/templates/queues.yaml': template,
});
const queues = `{% for queue in values.queues %}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: queue-{{ queue }}
data:
  host: {{ values.host }}
{% endfor %}
`;

test.before(async () => {
  [scene, api, desk] = await Promise.all([
    createScene(),
    startReleaseApi(token),
    startService(() => ({ status: deskStatus(), headers: { 'retry-after': '1' } })),
  ]);
  images = createImageMaker(scene.registry);
  const builder = { plugin: 'liquid', config: { environment: 'production' } };
  app = await createApp(scene.world, { files: chart(queues), spec: { path: './shop', builder } });
});
test.after(async () => {
  await images?.close();
  await Promise.all([scene?.close(), api?.close(), desk?.close()]);
});

test('builder: a Kustomization renders Liquid templates as soon as the plugin is installed', async () => {
  const { world } = scene;
  await world.failed(app.kustomization, 'BuildFailed', /no plugin for builder "liquid" is installed/);
  await world.apply(granted('liquid-charts', await scene.publish('liquid-charts')));
  await world.ready('Plugin/liquid-charts');
  await world.ready(app.kustomization);
  for (const queue of ['mail', 'pdf']) {
    const { data } = await world.get(app.ref('ConfigMap', `queue-${queue}`));
    assert.equal(data, { host: 'www.example.com' });
  }
});

test('builder: what the next commit leaves out is pruned', async () => {
  const { world } = scene;
  const revision = await app.push({ files: { 'shop/values.yaml': 'queues: [mail]\n' } });
  await world.ready(app.kustomization, revision);
  await world.gone(app.ref('ConfigMap', 'queue-pdf'));
});

test('builder: settings that the schema does not have are told, and nothing is built', async () => {
  const { world } = scene;
  const other = await createApp(world, {
    files: chart(queues),
    spec: { path: './shop', builder: { plugin: 'liquid', config: { enviroment: 'production' } } },
  });
  await world.failed(other.kustomization, 'BuildFailed', /enviroment/);
});

test('notifier: "flux plugin install" asks, grants and waits; failures then open incidents, and their ends resolve them', async () => {
  const { world } = scene;
  const { url } = await scene.publish('incident-desk');
  const installed = await flux(['plugin', 'install', `${url}:1.0.0`], {
    kubeconfig: world.cluster.kubeconfig,
    input: 'y\n',
  });
  assert.is(installed.code, 0, installed.all);
  assert.match(
    installed.all,
    /\$address[\s\S]*key token as header Authorization[\s\S]*incident-desk 1\.0\.0 is ready/,
  );

  const { namespace } = app;
  await world.apply(
    secret(namespace, 'desk', { token }),
    provider(
      namespace,
      {
        type: 'incident-desk',
        address: `http://${desk.address}/incidents`,
        secretRef: { name: 'desk' },
        config: { team: 'web', priority: 'P1', title: '{{name}} has {{reason}}' },
      },
      'desk',
    ),
    alert(namespace, { providerRef: { name: 'desk' } }),
  );
  await world.ready(app.kustomization);
  // The first answer asks for patience, the second is a yes.
  let answers = 0;
  deskStatus = () => (answers++ === 0 ? 503 : 200);
  await world.eventually({ what: 'an incident' }, async () => {
    if (answers === 0)
      await app.push({ files: { 'shop/templates/queues.yaml': `{{ values.${`x${Date.now()}`} }}` } });
    return incidents('open').length > 1;
  });
  const [refused, taken] = incidents('open');
  assert.is(taken?.headers.authorization, `Token ${token}`);
  assert.equal(refused?.headers['idempotency-key'], taken?.headers['idempotency-key']);
  const body = JSON.parse(taken?.body ?? '');
  assert.is(body.key, `Kustomization/${namespace}/app`);
  assert.is(body.title, 'app has BuildFailed');
  assert.is(body.priority, 'P1');
  assert.match(body.details, /templates\/queues\.yaml: undefined variable/);

  // As with Flux, a recovery that changes nothing in the cluster is no news.
  await app.push({
    files: { 'shop/templates/queues.yaml': queues, 'shop/values.yaml': 'queues: [mail, sms]\n' },
  });
  await world.eventually({ what: 'the end of the incident' }, () => incidents('resolved').length > 0);
  assert.is(JSON.parse(incidents('resolved').at(-1)?.body ?? '').key, body.key);
  assert.not.match(await world.host.logs(), token);
});

function incidents(state: string) {
  return desk.seen.filter(({ body }) => JSON.parse(body).state === state);
}

test('source: a release of an API becomes an artifact, and a Kustomization applies it', async () => {
  const { world } = scene;
  api.release('v1.0.0', { name: 'install.yaml', content: configMap('released', { version: 'one' }) });
  await world.apply(
    granted('release-feed', await scene.publish('release-feed'), {
      network: [api.address],
      credentials: [
        { hosts: [api.address], header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } },
      ],
    }),
  );
  await world.ready('Plugin/release-feed');
  const { namespace } = app;
  await world.apply(
    secret(namespace, 'api', { token }),
    {
      apiVersion: 'plugin.extensions.fluxcd.io/v1alpha1',
      kind: 'PluginSource',
      metadata: { name: 'releases', namespace },
      spec: {
        plugin: 'release-feed',
        interval: '1h',
        secretRef: { name: 'api' },
        config: { releases: `http://${api.address}/releases`, files: ['install.yaml'] },
      },
    },
    kustomization(namespace, {
      name: 'released',
      sourceRef: { kind: 'ExternalArtifact', name: 'releases' },
    }),
  );
  const source = await world.ready(`PluginSource/${namespace}/releases`);
  assert.match(source.status?.artifact?.revision ?? '', /^v1\.0\.0@etag:/);
  await world.ready(`Kustomization/${namespace}/released`);
  assert.equal((await world.get(app.ref('ConfigMap', 'released'))).data, { version: 'one' });
  const downloads = api.seen.filter(({ path }) => path.startsWith('/download/'));
  assert.equal(
    downloads.map(({ headers }) => headers.authorization),
    [`Bearer ${token}`],
    'the host adds the token for every request to the granted host, and the plugin never saw it',
  );
});

test('source: a look between releases is one conditional request; the next release is applied', async () => {
  const { world } = scene;
  const ref = `PluginSource/${app.namespace}/releases`;
  const before = api.seen.length;
  const request = await world.request(ref);
  await world.until(ref, 'to look again', ({ status }) => status?.lastHandledReconcileAt === request);
  assert.equal(
    api.seen.slice(before).map(({ path, headers }) => [path, headers['if-none-match']]),
    [['/releases', '"1-releases"']],
  );
  api.release('v1.1.0', { name: 'install.yaml', content: configMap('released', { version: 'two' }) });
  await world.request(ref);
  await world.until(
    app.ref('ConfigMap', 'released'),
    'to be the new one',
    ({ data }) => data?.['version'] === 'two',
  );
});

test('policy: the image that was built last is chosen after the host looked into all of them', async () => {
  const { world, registry } = scene;
  const { namespace } = app;
  const name = `${namespace}/shop`;
  const build = (tag: string, created: string, track = 'stable') =>
    images.push(name, tag, { created, labels: { track } });
  await build('f00', '2026-01-03T00:00:00Z');
  await build('a11', '2026-01-05T00:00:00Z');
  await build('b22', '2026-01-09T00:00:00Z', 'nightly');
  await world.apply(granted('newest-build', await scene.publish('newest-build')));
  const metadata = { namespace, name: 'shop' };
  const apiVersion = 'image.toolkit.fluxcd.io/v1';
  await world.apply(
    {
      apiVersion,
      kind: 'ImageRepository',
      metadata,
      spec: { image: `${registry.address}/${name}`, interval: '1h', insecure: true },
    },
    {
      apiVersion,
      kind: 'ImagePolicy',
      metadata,
      spec: {
        imageRepositoryRef: { name: 'shop' },
        policy: { plugin: { name: 'newest-build', config: { labels: { track: 'stable' } } } },
      },
    },
  );
  const ref = `ImagePolicy/${namespace}/shop`;
  const tagOf = (object: { status?: object }) => Object(object.status)['latestRef']?.tag;
  assert.is(tagOf(await world.ready(ref)), 'a11');
  await build('077', '2026-01-07T00:00:00Z');
  await world.request(`ImageRepository/${namespace}/shop`);
  await world.until(ref, 'to follow', (object) => tagOf(object) === '077');
});

test('builder in Go: Jsonnet with a library and arguments', async () => {
  const { world } = scene;
  const folder = await goProject(scene.projects);
  const built = await flux(['plugin', 'build'], { cwd: folder });
  assert.is(built.code, 0, built.all);
  await world.apply(granted('jsonnet', await scene.publish('jsonnet', `${folder}/jsonnet.wasm`)));
  const { namespace, kustomization: ref } = await createApp(world, {
    files: {
      'lib/map.libsonnet':
        "function(name, data) { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name }, data: data }",
      'shop/main.jsonnet':
        "local map = import 'map.libsonnet'; function(zones) { [z]: map('zone-' + z, { zone: z }) for z in zones }",
    },
    spec: { path: './shop', builder: { plugin: 'jsonnet', config: { arguments: { zones: ['a', 'b'] } } } },
  });
  await world.ready(ref);
  for (const zone of ['a', 'b']) {
    assert.equal((await world.get(`ConfigMap/${namespace}/zone-${zone}`)).data, { zone });
  }
});

test('all of that happened in one process that was never restarted', async () => {
  const { world } = scene;
  assert.is(world.hosts.length, 1);
  assert.not(world.host.exited);
  const metrics = await (await fetch(world.host.metricsUrl)).text();
  for (const name of ['liquid-charts', 'incident-desk', 'release-feed', 'newest-build', 'jsonnet']) {
    assert.match(metrics, new RegExp(`plugin="${name}".*result="ok"`));
  }
});

test.run();
