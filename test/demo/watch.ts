import { setTimeout as sleep } from 'node:timers/promises';
import { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import type { ApiResource, KubeClient, KubeObject } from '@flux-host/host/kube/types.ts';
import { namespace } from './objects.ts';
import { type Row, showTable } from './screen.ts';

export const deployments: ApiResource = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};

interface Deployment extends KubeObject {
  spec: { replicas?: number; template: { spec: { containers: { name: string; image: string }[] } } };
  status?: { readyReplicas?: number };
}

/** What the demo looks at, once. */
export interface Snapshot {
  readonly sources: readonly GitRepository[];
  readonly kustomizations: readonly Kustomization[];
  readonly deployments: readonly Deployment[];
}

export async function look(client: KubeClient): Promise<Snapshot> {
  const [sources, kustomizations, apps] = await Promise.all([
    client.list<GitRepository>(GitRepository, { namespace }),
    client.list<Kustomization>(Kustomization, { namespace }),
    client.list<Deployment>(deployments, { namespace: 'shop' }).catch((error: unknown) => {
      if (isKube(error, 'notFound')) return { items: [] };
      throw error;
    }),
  ]);
  return { sources: sources.items, kustomizations: kustomizations.items, deployments: apps.items };
}

/**
 * Shows the live table until the condition holds.
 * @throws Error that says what was waited for when the time is over
 */
export async function until(
  client: KubeClient,
  what: { description: string; timeoutMs: number; table?: boolean },
  holds: (snapshot: Snapshot) => boolean,
): Promise<number> {
  const began = performance.now();
  for (;;) {
    const snapshot = await look(client);
    if (what.table !== false) showTable(rowsOf(snapshot));
    const elapsed = performance.now() - began;
    if (holds(snapshot)) return elapsed;
    if (elapsed > what.timeoutMs) {
      throw new Error(`waited ${Math.round(elapsed / 1000)} s in vain for: ${what.description}`);
    }
    await sleep(what.table === false ? 20 : 100);
  }
}

export function isReadyAt(object: Kustomization | undefined, revision: string): boolean {
  const ready = object?.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && object?.status?.lastAppliedRevision === revision;
}

/** Not ready because of something else is waiting, not failing. */
function stateOf(ready: { status: string; reason: string } | undefined): Row['state'] {
  if (ready?.status === 'True') return 'ready';
  if (ready?.status !== 'False') return 'working';
  return ['DependencyNotReady', 'ArtifactFailed'].includes(ready.reason) ? 'waiting' : 'failing';
}

function rowsOf({ sources, kustomizations, deployments }: Snapshot): Row[] {
  return [
    ...[...sources, ...kustomizations].map((object): Row => {
      const ready = object.status?.conditions?.find(({ type }) => type === 'Ready');
      const reconciling = object.status?.conditions?.find(({ type }) => type === 'Reconciling');
      return {
        object: `${object.kind}/${object.metadata.name}`,
        state: stateOf(ready),
        message: (ready?.status === 'Unknown' ? reconciling?.message : ready?.message) ?? '',
      };
    }),
    ...deployments.map(({ metadata, spec, status }): Row => {
      const wanted = spec.replicas ?? 1;
      const ready = status?.readyReplicas ?? 0;
      const images = spec.template.spec.containers.map(({ image }) => image).join(', ');
      return {
        object: `Deployment/${metadata.name}`,
        state: ready === wanted ? 'ready' : 'working',
        message: `${ready}/${wanted} pods, ${images}`,
      };
    }),
  ];
}
