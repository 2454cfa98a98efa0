import { parseFlags } from '@flux-host/host/config/parse-flags.ts';
import { listAt } from '@flux-host/host/json.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { components, defaultComponents, extraComponents, parseComponents } from './components.ts';
import { imagePluginsDir } from './deployment.ts';
import type { Manifest } from './manifest.ts';
import { installManifests } from './manifests.ts';

const release = { version: 'v1.2.3', image: 'flux-host', registry: 'registry.example.com/team/' };

function names(manifests: readonly Manifest[], kind: string): string[] {
  return manifests.filter((manifest) => manifest.kind === kind).map(({ metadata }) => metadata.name);
}

/** The text of one object; enough to look for a setting that occurs nowhere else. */
function textOf(manifests: readonly Manifest[], kind: string): string {
  return JSON.stringify(manifests.find((manifest) => manifest.kind === kind));
}

test('by default what this version does is covered, under the names of Flux', () => {
  const manifests = installManifests(release);
  assert.equal(names(manifests, 'Namespace'), ['flux-system']);
  assert.equal(names(manifests, 'Deployment'), ['flux-host']);
  assert.equal(names(manifests, 'Service'), [
    'source-controller',
    'notification-controller',
    'webhook-receiver',
  ]);
  assert.equal(names(manifests, 'NetworkPolicy'), ['allow-egress', 'allow-scraping', 'allow-webhooks']);
  assert.equal(names(manifests, 'ResourceQuota'), ['critical-pods-flux-system']);
  assert.equal(names(manifests, 'ClusterRoleBinding'), [
    'crd-controller-flux-system',
    'cluster-reconciler-flux-system',
  ]);
  const crds = names(manifests, 'CustomResourceDefinition');
  assert.is(crds.length, 13);
  assert.ok(crds.includes('kustomizations.kustomize.toolkit.fluxcd.io'));
  assert.ok(crds.includes('plugins.plugin.extensions.fluxcd.io'));
  assert.ok(crds.includes('helmreleases.helm.toolkit.fluxcd.io'));
  assert.not.ok(crds.includes('imagepolicies.image.toolkit.fluxcd.io'));
});

test('the host understands every argument that the Deployment gives it', () => {
  for (const chosen of [components, undefined]) {
    const [deployment] = installManifests({ ...release, ...(chosen && { components: chosen }) }).filter(
      ({ kind }) => kind === 'Deployment',
    );
    const [container] = listAt(deployment, 'spec', 'template', 'spec', 'containers');
    const args = listAt(container, 'args').map(String);
    const values = parseFlags(args, {});
    assert.is(values.string('plugins-dir'), imagePluginsDir);
    assert.equal(values.noEffect, []);
    assert.ok(values.list('components').includes('kustomize-controller'));
    // Set only where something listens that events are posted to; the address to listen on is not it.
    assert.is(values.string('events-addr'), '');
  }
});

test('tenants may have sources of plugins, and no say in what plugins may do', () => {
  const edits = installManifests(release).filter(
    ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name.startsWith('flux-edit'),
  );
  const rules = JSON.stringify(edits);
  assert.match(rules, '"pluginsources"');
  assert.not.match(rules, '"plugins"');
  assert.not.match(rules, '"apiGroups":["plugin.extensions.fluxcd.io"],"resources":["*"]');
});

test('every object can be found by the labels that flux uninstall looks for', () => {
  for (const { kind, metadata } of installManifests({ ...release, namespace: 'gitops', components })) {
    assert.is(metadata.labels?.['app.kubernetes.io/part-of'], 'flux', `${kind} ${metadata.name}`);
    assert.is(metadata.labels?.['app.kubernetes.io/instance'], 'gitops', `${kind} ${metadata.name}`);
    assert.is(metadata.labels?.['app.kubernetes.io/version'], 'v1.2.3', `${kind} ${metadata.name}`);
  }
});

test('all components together bring every kind', () => {
  const crds = names(installManifests({ ...release, components }), 'CustomResourceDefinition');
  assert.is(crds.length, 17);
});

test('without appliers nothing is bound to cluster-admin', () => {
  const manifests = installManifests({
    ...release,
    components: ['source-controller', 'notification-controller'],
  });
  assert.not.ok(JSON.stringify(manifests).includes('cluster-admin'));
  assert.equal(names(manifests, 'ClusterRoleBinding'), ['crd-controller-flux-system']);
});

test('without notifications there is nothing to send webhooks to', () => {
  const manifests = installManifests({ ...release, components: ['source-controller'] });
  assert.equal(names(manifests, 'Service'), ['source-controller']);
  assert.equal(names(manifests, 'NetworkPolicy'), ['allow-egress', 'allow-scraping']);
});

test('other namespaces reach metrics and webhooks, but no artifacts', () => {
  const policies = installManifests({ ...release, components }).filter(
    ({ kind }) => kind === 'NetworkPolicy',
  );
  const open = [...JSON.stringify(policies).matchAll(/"namespaceSelector":\{\}\}\],"ports":\[([^\]]*)\]/g)];
  assert.equal(
    open.map(([, ports]) => ports),
    ['{"protocol":"TCP","port":8080}', '{"protocol":"TCP","port":9292}'],
  );
  assert.is(JSON.stringify(policies).split('namespaceSelector').length - 1, 2);
});

test('flags of flux install arrive in the Deployment', () => {
  const deployment = textOf(
    installManifests({
      ...release,
      components: ['source-controller', 'source-watcher'],
      clusterDomain: 'corp.example',
      watchAllNamespaces: false,
      logLevel: 'debug',
      tolerationKeys: ['dedicated'],
      imagePullSecret: 'pull',
    }),
    'Deployment',
  );
  for (const part of [
    '"image":"registry.example.com/team/flux-host:v1.2.3"',
    '--components=source-controller,source-watcher',
    '--storage-adv-addr=source-controller.$(RUNTIME_NAMESPACE).svc.corp.example.',
    '--watch-all-namespaces=false',
    '--log-level=debug',
    '--feature-gates=ExternalArtifact=true',
    '"tolerations":[{"key":"dedicated","operator":"Exists"}]',
    '"imagePullSecrets":[{"name":"pull"}]',
  ]) {
    assert.ok(deployment.includes(part), part);
  }
});

test('network policies can be left out', () => {
  assert.equal(names(installManifests({ ...release, networkPolicy: false }), 'NetworkPolicy'), []);
});

test('a component that does not exist is refused with the ones that do', () => {
  assert.throws(
    () => parseComponents(['source-controller', 'sauce-controller']),
    (error: Error) => error.message === 'component sauce-controller is not available',
  );
});

test('a component that is still to come is refused: its kinds would be installed for nobody', () => {
  assert.throws(
    () => parseComponents(['image-automation-controller']),
    (error: Error) =>
      error.message === 'component image-automation-controller is not available in this version',
  );
  const available = [...defaultComponents, ...extraComponents];
  assert.equal(parseComponents(available), available);
});

test.run();
