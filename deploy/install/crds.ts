import { toCustomResourceDefinition } from '@flux-host/crds/crd.ts';
import { kinds } from '@flux-host/crds/index.ts';
import type { Kind } from '@flux-host/crds/kind.ts';
import type { Component } from './components.ts';
import { appName, labels } from './labels.ts';
import type { Manifest } from './manifest.ts';
import type { Install } from './options.ts';

const componentOfGroup: Readonly<Record<string, Component>> = {
  'source.toolkit.fluxcd.io': 'source-controller',
  'source.extensions.fluxcd.io': 'source-watcher',
  'kustomize.toolkit.fluxcd.io': 'kustomize-controller',
  'helm.toolkit.fluxcd.io': 'helm-controller',
  'notification.toolkit.fluxcd.io': 'notification-controller',
  'image.toolkit.fluxcd.io': 'image-reflector-controller',
};

/** The component that reconciles a kind; undefined for our own kinds, which always belong. */
function componentOf({ group, kind }: Kind): Component | undefined {
  return kind === 'ImageUpdateAutomation' ? 'image-automation-controller' : componentOfGroup[group];
}

/** The CRDs of the kinds that the chosen components reconcile. */
export function customResourceDefinitions(install: Install): Manifest[] {
  return kinds.flatMap((kind) => {
    const component = componentOf(kind);
    if (component && !install.components.has(component)) return [];
    const crd = toCustomResourceDefinition(kind);
    return [{ ...crd, metadata: { ...crd.metadata, labels: labels(install, component ?? appName) } }];
  });
}
