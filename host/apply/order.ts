import { parseApiVersion } from '../kube/object.ts';
import type { GroupVersionKind, NamespacedName } from '../kube/types.ts';

/** What the order depends on; the version of the API does not matter. */
export interface Ordered extends NamespacedName {
  readonly group: string;
  readonly kind: string;
}

/** Kinds that others depend on, in the order of Flux's applier. */
const first = [
  'CustomResourceDefinition',
  'Namespace',
  'ClusterRole',
  'ClusterClass',
  'RuntimeClass',
  'PriorityClass',
  'StorageClass',
  'VolumeSnapshotClass',
  'IngressClass',
  'GatewayClass',
  'ClusterRoleBinding',
  'ResourceQuota',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'Service',
  'LimitRange',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];

/** Kinds that can get in the way of others. */
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

const ranks = new Map<string, number>([
  ...first.map((kind, index): [string, number] => [kind, index - first.length]),
  ...last.map((kind, index): [string, number] => [kind, index + 1]),
]);

/** Negative for kinds that come first, positive for those that come last, 0 for all others. */
export function rankOf(kind: string): number {
  return ranks.get(kind) ?? 0;
}

/** Order of applying: by kind, then group, kind name, namespace and name. Deleting goes the other way round. */
export function compareApplyOrder(a: Ordered, b: Ordered): number {
  return (
    rankOf(a.kind) - rankOf(b.kind) ||
    compareText(a.group, b.group) ||
    compareText(a.kind, b.kind) ||
    compareText(a.namespace, b.namespace) ||
    compareText(a.name, b.name)
  );
}

// By code unit, as Go does; never by the locale of the machine.
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A set of `Kind.group` (`Kind` for the core group), from `group/Kind,Kind,…` as in `--custom-apply-stage-kinds`. */
export function parseGroupKinds(text: string): Set<string> {
  const kinds = text.split(',').map((item) => item.trim());
  return new Set(kinds.filter((item) => item !== '').map(groupKindOf));
}

function groupKindOf(item: string): string {
  const slash = item.indexOf('/');
  if (slash <= 0) return item.slice(slash + 1);
  return `${item.slice(slash + 1)}.${item.slice(0, slash)}`;
}

/** Stages are applied one after the other; the first two also have to become ready before the next one begins. */
export type Stage = 'definitions' | 'classes' | 'custom' | 'rest';

export const stages: readonly Stage[] = ['definitions', 'classes', 'custom', 'rest'];

/** The stage of a kind. `custom` is the result of {@link parseGroupKinds}. */
export function stageOf(object: { apiVersion: string; kind: string }, custom: ReadonlySet<string>): Stage {
  const { group, version } = parseApiVersion(object.apiVersion);
  if (isDefinition({ group, version, kind: object.kind })) return 'definitions';
  if (object.kind.endsWith('Class')) return 'classes';
  return custom.has(group ? `${object.kind}.${group}` : object.kind) ? 'custom' : 'rest';
}

function isDefinition({ group, version, kind }: GroupVersionKind): boolean {
  if (kind === 'CustomResourceDefinition') return group === 'apiextensions.k8s.io';
  if (kind === 'Namespace') return group === '' && version === 'v1';
  return kind === 'ClusterRole' && group === 'rbac.authorization.k8s.io';
}
