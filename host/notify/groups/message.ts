import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { formatDuration } from '../../duration/duration.ts';
import type { GroupView } from '../types.ts';
import { firstLine } from './cause.ts';
import { type Group, type Member, memberName, sizeOf } from './state.ts';

/** Objects that a message lists. */
const maxListed = 20;

/** A message about a group, and what a template may say instead. */
export interface GroupMessage {
  readonly event: FluxEvent;
  readonly group?: GroupView;
}

/** The first message, or the next one about objects that failed since. One object alone is told as it came. */
export function failureMessage(group: Group): GroupMessage {
  const fresh = group.members.filter(({ told }) => !told);
  const count = sizeOf(group);
  if (count === 1) return { event: group.root };
  const head =
    group.sentAt === undefined
      ? `${count} objects failed: ${group.title}`
      : `${fresh.length} more of ${count} objects failed: ${group.title}`;
  return message(group, { head, members: fresh, more: group.more, severity: 'error', recovered: false });
}

/** All is well again. @param told whether a message about the failures was sent before */
export function recoveryMessage(group: Group, told: boolean): GroupMessage {
  const count = sizeOf(group);
  const lasted = formatDuration(Math.round((Date.now() - group.openedAt) / 1000) * 1000);
  const [first] = group.members;
  const who = count === 1 && first ? memberName(first) : `${count} objects`;
  const be = count === 1 ? 'is' : 'are';
  const head = told
    ? `${who} ${be} ready again after ${lasted}: ${group.title}`
    : `${who} failed and ${be} ready again after ${lasted}: ${group.title}`;
  const members = count === 1 ? [] : group.members;
  return message(group, { head, members, more: group.more, severity: 'info', recovered: true });
}

interface Content {
  readonly head: string;
  readonly members: readonly Member[];
  readonly more: number;
  readonly severity: 'info' | 'error';
  readonly recovered: boolean;
}

function message(group: Group, { head, members, more, severity, recovered }: Content): GroupMessage {
  const listed = members.slice(0, maxListed);
  const rest = members.length - listed.length + more;
  const lines = listed.map((member) =>
    recovered ? `- ${memberName(member)}` : `- ${memberName(member)}: ${firstLine(member.message, 160)}`,
  );
  const count = sizeOf(group);
  return {
    event: {
      ...group.root,
      severity,
      reason: recovered ? 'Recovered' : group.root.reason,
      timestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      message: [head, ...lines, ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n'),
      // What the controllers said of the one object, e.g. its revision, does not hold for all.
      metadata: { 'event.toolkit.fluxcd.io/objects': String(count) },
    },
    group: {
      count,
      recovered,
      cause: group.title,
      objects: listed.map(({ kind, namespace, name, message: text }) => ({
        kind,
        namespace,
        name,
        message: text,
      })),
    },
  };
}
