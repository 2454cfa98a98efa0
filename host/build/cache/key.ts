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

/**
 * The digest of everything that decides a build's result, except for the files.
 * @param plugin digest of the builder
 */
export function requestKey(request: BuildRequest, plugin: string): string {
  const { variables, substituteStrategy, strict } = request;
  return digestOf([
    answerKey(request, plugin),
    variables ?? null,
    substituteStrategy ?? null,
    strict ?? true,
  ]);
}

/** The digest of everything that decides what the plugin answers, except for the files: substitution comes after it. */
export function answerKey({ path, spec, config, tenant, decryption }: BuildRequest, plugin: string): string {
  return digestOf([plugin, path, builderSpec(spec), config ?? null, tenant, decryption?.id ?? null]);
}

function digestOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts, sortedKeys)).digest('hex');
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
