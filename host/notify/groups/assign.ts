import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { type Cause, causeOf } from './cause.ts';
import { isDependent, type ObjectName, upstreamOf } from './chain.ts';
import type { ReadObject } from './health.ts';
import { type Group, memberName } from './state.ts';

/** The key of failures that are blamed on one object. */
export const blameKey = (name: ObjectName): string => `object:${name}`;

/** The group of an Alert that an object is part of. */
export function groupOf(groups: readonly Group[], name: ObjectName): Group | undefined {
  return groups.find(({ members }) => members.some((member) => memberName(member) === name));
}

/**
 * Why an object failed, given what else fails: when it waits for an object that fails itself, its cause is that one's.
 * @param groups the open groups of the same Alert
 */
export async function assign(event: FluxEvent, groups: readonly Group[], read: ReadObject): Promise<Cause> {
  if (isDependent(event)) {
    for (const name of await upstream(event, read)) {
      const group = groupOf(groups, name);
      if (group) return group;
      if (isNamed(name, event.message)) return { key: blameKey(name), title: `${name} is not ready` };
    }
  }
  return causeOf(event);
}

async function upstream({ involvedObject }: FluxEvent, read: ReadObject): Promise<ObjectName[]> {
  const { apiVersion = '', kind = '', namespace = '', name = '' } = involvedObject;
  try {
    return upstreamOf(await read({ apiVersion, kind, namespace, name }));
  } catch {
    // Gone, or the API server does not answer: then its own words have to do.
    return [];
  }
}

function isNamed(object: ObjectName, message: string): boolean {
  const [, , name = ''] = object.split('/');
  return message.includes(`/${name}'`) || message.includes(`/${name} `) || message.includes(`'${name}'`);
}
