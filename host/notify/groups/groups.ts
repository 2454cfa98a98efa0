import { randomUUID } from 'node:crypto';
import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { parseDuration } from '../../duration/duration.ts';
import { formatKey } from '../../kube/object.ts';
import type { NamespacedName } from '../../kube/types.ts';
import type { Logger } from '../../observability/logger.ts';
import { involvedName } from '../event/involved.ts';
import type { Notification } from '../types.ts';
import { assign, blameKey, groupOf } from './assign.ts';
import { firstLine } from './cause.ts';
import { isOver, type ReadObject } from './health.ts';
import { failureMessage, type GroupMessage, recoveryMessage } from './message.ts';
import { type Group, isBetterRoot, type Member, memberName, withMember } from './state.ts';
import type { GroupStore } from './store.ts';

export interface GroupsOptions {
  readonly store: GroupStore;
  readonly read: ReadObject;
  readonly log: Logger;
  findAlert(key: NamespacedName): Alert | undefined;
  send(notification: Notification): Promise<void>;
  onGrouped(): void;
}

/** Collects failures of Alerts with `spec.group`. */
export interface Groups {
  /** @returns `kept` resolves once the failure cannot be lost; undefined when there are too many groups: it has to be sent by itself */
  add(alert: Alert, event: FluxEvent): Promise<{ readonly kept: Promise<void> } | undefined>;
  /** An object works again, maybe. */
  hint(event: FluxEvent): void;
  close(): Promise<void>;
}

/** How often groups are looked at, ms. */
const tickMs = 500;
/** How often it is looked whether a group is over, ms; right after something good was heard of one of its objects, too. */
const pollMs = 15_000;
/** Open groups of one Alert. */
const maxGroups = 100;
const maxMessage = 500;

interface Entry {
  group: Group;
  changed: boolean;
  pollAt: number;
  /** The member that was seen failing last is asked first. */
  failing?: string | undefined;
}

export function createGroups(options: GroupsOptions): Groups {
  const { store, read, log, findAlert, send } = options;
  const entries = new Map<string, Entry>();
  let busy: Promise<void> | undefined;

  const track = (group: Group, changed: boolean): void => {
    entries.set(group.id, { group, changed, pollAt: Date.now() + pollMs });
  };
  for (const group of store.recovered) track(group, true);

  const groupsOf = (alert: Alert): Group[] => {
    const key = formatKey({ namespace: alert.metadata.namespace ?? '', name: alert.metadata.name });
    return [...entries.values()].map(({ group }) => group).filter(({ alert: of }) => formatKey(of) === key);
  };
  const update = (group: Group): void => {
    const entry = entries.get(group.id);
    if (entry) Object.assign(entry, { group, changed: true });
  };
  const close = (group: Group): void => {
    entries.delete(group.id);
    store.remove(group.id);
  };

  const open = (alert: Alert, event: FluxEvent, cause: { key: string; title: string }): Group => {
    const { namespace = '', name, uid } = alert.metadata;
    const group: Group = {
      id: randomUUID(),
      alert: { namespace, name, ...(uid ? { uid } : {}) },
      key: cause.key,
      title: cause.title,
      root: event,
      openedAt: Date.now(),
      members: [],
      more: 0,
    };
    track(group, false);
    return group;
  };

  /** What was blamed on this object before it failed itself belongs to it. */
  const adopt = (into: Group, alert: Alert, event: FluxEvent): Group => {
    const blaming = groupsOf(alert).find(
      ({ key, id }) => key === blameKey(involvedName(event)) && id !== into.id,
    );
    if (!blaming) return into;
    close(blaming);
    return blaming.members.reduce(withMember, into);
  };

  /** An object that fails for another reason now is no longer part of the group that it was in. */
  const leave = (alert: Alert, name: string, stay: Group): void => {
    const old = groupOf(groupsOf(alert), name);
    if (!old || old.id === stay.id) return;
    const members = old.members.filter((member) => memberName(member) !== name);
    const [first] = members;
    const orphaned = old.sentAt === undefined && involvedName(old.root) === name;
    if (!first) close(old);
    else update({ ...old, members, root: orphaned ? rootOf(old.root, first) : old.root });
  };

  const settingsOf = ({ alert }: Group) => {
    const found = findAlert(alert);
    if (!found || found.spec.suspend) return undefined;
    const {
      wait = '30s',
      interval = '5m',
      recovery = true,
    } = found.spec.group ?? { wait: '0s', recovery: false };
    return {
      provider: found.spec.providerRef.name,
      waitMs: parseDuration(wait),
      intervalMs: parseDuration(interval),
      recovery,
      grouped: found.spec.group !== undefined,
    };
  };

  const post = (group: Group, provider: string, { event, group: view }: GroupMessage): Promise<void> =>
    send({
      id: randomUUID(),
      alert: group.alert,
      provider,
      event,
      ...(view ? { group: view } : {}),
      acceptedAt: Date.now(),
    });

  const isGroupOver = async (entry: Entry): Promise<boolean> => {
    const { members } = entry.group;
    const first = members.filter((member) => memberName(member) === entry.failing);
    for (const member of [...first, ...members]) {
      if (await isOver(member, read)) continue;
      entry.failing = memberName(member);
      return false;
    }
    return true;
  };

  const look = async (entry: Entry, now: number): Promise<void> => {
    const { group } = entry;
    const settings = settingsOf(group);
    if (!settings) {
      close(group);
      return;
    }
    const isStale = () => entries.get(group.id) !== entry || entry.group !== group;
    const told = group.sentAt !== undefined;
    const isDue = told
      ? group.members.some((member) => !member.told) && now >= (group.sentAt ?? 0) + settings.intervalMs
      : now >= group.openedAt + settings.waitMs;
    if (isDue || (told && now >= entry.pollAt)) {
      entry.pollAt = now + pollMs;
      if (await isGroupOver(entry)) {
        if (isStale()) return;
        if (!told || settings.recovery) await post(group, settings.provider, recoveryMessage(group, told));
        close(group);
        return;
      }
    }
    if (!isDue || isStale()) return;
    await post(group, settings.provider, failureMessage(group));
    const members = entry.group.members.map((member) =>
      group.members.includes(member) ? { ...member, told: true } : member,
    );
    update({ ...entry.group, members, sentAt: now });
    if (!settings.grouped) close(group);
  };

  const tick = async (): Promise<void> => {
    for (const entry of [...entries.values()]) {
      try {
        await look(entry, Date.now());
        if (!entry.changed || !entries.has(entry.group.id)) continue;
        entry.changed = false;
        await store.save(entry.group);
      } catch (error) {
        log.error(error, 'failed to look after a group of failures', { alert: entry.group.alert });
      }
    }
  };
  const timer = setInterval(() => {
    busy ??= tick().finally(() => {
      busy = undefined;
    });
  }, tickMs);
  timer.unref();

  return {
    async add(alert, event) {
      const cause = await assign(event, groupsOf(alert), read);
      const known = groupsOf(alert).find(({ key }) => key === cause.key);
      if (!known && groupsOf(alert).length >= maxGroups) return undefined;
      const group = known ?? open(alert, event, cause);
      const member = memberOf(event);
      leave(alert, memberName(member), group);
      const joined = adopt(withMember(group, member), alert, event);
      update(isBetterRoot(joined, event) ? { ...joined, root: event } : joined);
      options.onGrouped();
      const kept = known ? store.add(group, member) : store.save(entries.get(group.id)?.group ?? group);
      return { kept };
    },
    hint({ severity, involvedObject: { kind = '', namespace = '', name = '' } }) {
      if (severity === 'error' || entries.size === 0) return;
      const soon = Date.now() + 1000;
      for (const entry of entries.values()) {
        const isMember = entry.group.members.some(
          (member) => memberName(member) === memberName({ kind, namespace, name }),
        );
        if (isMember) entry.pollAt = Math.min(entry.pollAt, soon);
      }
    },
    async close() {
      clearInterval(timer);
      await busy;
      await Promise.all([...entries.values()].map(({ group }) => store.save(group)));
    },
  };
}

/** The event of a group whose own root is part of it no more. */
function rootOf(event: FluxEvent, { apiVersion, kind, namespace, name, message }: Member): FluxEvent {
  return { ...event, involvedObject: { apiVersion, kind, namespace, name }, message, metadata: {} };
}

function memberOf({ involvedObject, message }: FluxEvent): Member {
  const { apiVersion = '', kind = '', namespace = '', name = '' } = involvedObject;
  return {
    apiVersion,
    kind,
    namespace,
    name,
    message: firstLine(message, maxMessage),
    failedAt: Date.now(),
    told: false,
  };
}
