import type { KubeObject } from '@flux-host/host/kube/types.ts';
import type { Condition } from '@flux-host/host/reconcile/conditions.ts';

/** An object as the API server has it; what is not listed here is reached with {@link at}. */
export interface Live extends KubeObject {
  data?: Record<string, string>;
  spec?: Record<string, unknown>;
  status?: {
    conditions?: Condition[];
    observedGeneration?: number;
    lastHandledReconcileAt?: string;
    lastAppliedRevision?: string;
    lastAppliedOriginRevision?: string;
    lastAttemptedRevision?: string;
    artifact?: LiveArtifact;
    inventory?: { entries: { id: string; v: string }[] };
    history?: { digest: string; lastReconciledStatus: string; totalReconciliations: number }[];
    [field: string]: unknown;
  };
}

export interface LiveArtifact {
  digest: string;
  lastUpdateTime: string;
  path: string;
  revision: string;
  size?: number;
  url: string;
  metadata?: Record<string, string>;
}

/** The value at a path, e.g. `at(deployment, 'spec', 'template', 'spec', 'containers', 0, 'image')`. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? Reflect.get(inner, String(key)) : undefined,
    value,
  );
}

export function condition(object: Live | undefined, type: string): Condition | undefined {
  return object?.status?.conditions?.find((each) => each.type === type);
}

/** Ready for the generation that the object has now. */
export function isReady(object: Live | undefined): boolean {
  return (
    condition(object, 'Ready')?.status === 'True' &&
    object?.status?.observedGeneration === object?.metadata.generation
  );
}

/** What a person sees of an object in a failure message. */
export function summaryOf(object: Live | undefined): string {
  if (!object) return 'it does not exist';
  const { generation, deletionTimestamp } = object.metadata;
  const conditions = (object.status?.conditions ?? []).map(
    ({ type, status, reason, message }) => `  ${type}=${status} ${reason}: ${message}`,
  );
  const head = `generation ${generation}, observed ${object.status?.observedGeneration}, applied ${object.status?.lastAppliedRevision}`;
  return [`${head}${deletionTimestamp ? `, deleted at ${deletionTimestamp}` : ''}`, ...conditions].join('\n');
}
