import type { Journal } from '../outbox/journal.ts';
import { type Group, type Member, withMember } from './state.ts';

const groupPrefix = 'g/';
const memberPrefix = 'm/';

/** Keeps groups beyond the process. */
export interface GroupStore {
  /** Groups that an earlier process left. */
  readonly recovered: readonly Group[];
  /** A new member, cheap: the group itself is written by {@link save} soon. @returns resolves once it cannot be lost */
  add(group: Group, member: Member): Promise<void>;
  /** Writes groups that changed. */
  save(group: Group): Promise<void>;
  remove(id: string): void;
}

interface Addition {
  readonly group: string;
  readonly member: Member;
}

export function createGroupStore(journal: Journal): GroupStore {
  /** Additions that are not part of their group's entry yet. */
  const additions = new Map<string, string[]>();
  let count = 0;
  const settle = (id: string): void => {
    for (const key of additions.get(id) ?? []) journal.remove(key);
    additions.delete(id);
  };
  const recovered = recover(journal, (id, key) => additions.set(id, [...(additions.get(id) ?? []), key]));
  return {
    recovered,
    add(group, member) {
      const key = `${memberPrefix}${group.id}/${Date.now()}-${count++}`;
      additions.set(group.id, [...(additions.get(group.id) ?? []), key]);
      const addition: Addition = { group: group.id, member };
      return journal.add(key, JSON.stringify(addition));
    },
    async save(group) {
      const kept = journal.add(groupPrefix + group.id, JSON.stringify(group));
      // Removals are written behind the entry that makes them unnecessary.
      settle(group.id);
      await kept;
    },
    remove(id) {
      settle(id);
      journal.remove(groupPrefix + id);
    },
  };
}

function recover(journal: Journal, onAddition: (id: string, key: string) => void): Group[] {
  const groups = new Map<string, Group>();
  const entries = [...journal.entries];
  for (const [key, payload] of entries) {
    if (!key.startsWith(groupPrefix)) continue;
    const group: Group = JSON.parse(payload);
    groups.set(group.id, group);
  }
  for (const [key, payload] of entries) {
    if (!key.startsWith(memberPrefix)) continue;
    const { group: id, member }: Addition = JSON.parse(payload);
    const group = groups.get(id);
    if (group) groups.set(id, withMember(group, member));
    onAddition(id, key);
  }
  return [...groups.values()];
}
