import { createHash } from 'node:crypto';
import type { BuildRequest } from '../types.ts';

/** Fields of the spec that no builder looks at or that reach the build in another form. */
const irrelevant = new Set([
  'interval',
  'retryInterval',
  'timeout',
  'suspend',
  'dependsOn',
  'healthChecks',
  'healthCheckExprs',
  'wait',
  'prune',
  'force',
  'deletionPolicy',
  'serviceAccountName',
  'kubeConfig',
  'sourceRef',
  'postBuild',
  'decryption',
  'commonMetadata',
  'ignore',
  'builder',
]);

/** The part of the spec that a builder gets; what has no bearing on a build would only spoil the cache. */
export function builderSpec(spec: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(spec).filter(([field]) => !irrelevant.has(field)));
}

/** The digest of everything that decides a build's result, except for the files. */
export function requestKey(request: BuildRequest): string {
  const { plugin, path, spec, config, variables, substituteStrategy, strict, tenant } = request;
  const parts = [
    plugin.digest,
    path,
    builderSpec(spec),
    config ?? null,
    variables ?? null,
    substituteStrategy ?? null,
    strict ?? true,
    tenant,
  ];
  return createHash('sha256').update(JSON.stringify(parts, sortedKeys)).digest('hex');
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
