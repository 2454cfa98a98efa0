import type { KubeObject } from '@flux-host/host/kube/types.ts';

const apiVersion = 'source.toolkit.fluxcd.io/v1';

interface Options {
  readonly name?: string;
  readonly [field: string]: unknown;
}

export function helmRepository(
  namespace: string,
  { name = 'charts', interval = '1h', ...spec }: Options,
): KubeObject {
  return {
    apiVersion,
    kind: 'HelmRepository',
    metadata: { name, namespace },
    spec: { interval, ...spec },
  } as KubeObject;
}

export function helmChart(
  namespace: string,
  { name = 'app', chart = 'app', interval = '1h', sourceRef, ...spec }: Options,
): KubeObject {
  return {
    apiVersion,
    kind: 'HelmChart',
    metadata: { name, namespace },
    spec: {
      chart,
      interval,
      sourceRef: sourceRef ?? { kind: 'HelmRepository', name: 'charts' },
      ...spec,
    },
  } as KubeObject;
}

export function secret(
  namespace: string,
  name: string,
  stringData: Readonly<Record<string, string>>,
): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData } as KubeObject;
}
