import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import type { AlertRef } from '../types.ts';

/** One object of a group. */
export interface Member {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Why it failed, shortened. */
  readonly message: string;
  /** `Date.now()` when it failed last. */
  readonly failedAt: number;
  /** It was in a message. */
  readonly told: boolean;
}

/** Failures with one cause, from the first of them until all is well again. Kept as JSON. */
export interface Group {
  readonly id: string;
  readonly alert: AlertRef;
  readonly key: string;
  readonly title: string;
  /** The event of the object that its messages are about: the same in the last one as in the first, so that incidents are resolved. */
  readonly root: FluxEvent;
  readonly openedAt: number;
  /** `Date.now()` of the last message; none before the first. */
  readonly sentAt?: number;
  readonly members: readonly Member[];
  /** Objects beyond the most that are remembered. */
  readonly more: number;
}

/** Objects of a group that are remembered. */
export const maxMembers = 500;

export const memberName = ({ kind, namespace, name }: Pick<Member, 'kind' | 'namespace' | 'name'>): string =>
  `${kind}/${namespace}/${name}`;

export const sizeOf = ({ members, more }: Group): number => members.length + more;

/** A group that an object was added to, or whose object failed again. */
export function withMember(group: Group, member: Member): Group {
  const at = group.members.findIndex((each) => memberName(each) === memberName(member));
  const known = group.members[at];
  if (known) return { ...group, members: group.members.with(at, { ...member, told: known.told }) };
  if (group.members.length >= maxMembers) return { ...group, more: group.more + 1 };
  return { ...group, members: [...group.members, member] };
}

/** Kinds that others build on: a message is about one of these if it can be. */
const roots = ['GitRepository', 'OCIRepository', 'Bucket', 'HelmRepository', 'ExternalArtifact', 'HelmChart'];

/** Whether an event explains a group better than its present root does; not once a message was sent about that. */
export function isBetterRoot(group: Group, event: FluxEvent): boolean {
  return group.sentAt === undefined && rank(event) < rank(group.root);
}

function rank({ involvedObject: { kind = '' } }: FluxEvent): number {
  const at = roots.indexOf(kind);
  return at < 0 ? roots.length : at;
}
