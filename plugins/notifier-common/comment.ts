import type { FluxEvent } from '@flux-host/sdk/typescript';
import { invalid, unfit } from './failure.ts';
import { markdown } from './markdown.ts';

/** A comment that is written once for each object and then kept up to date. */
export interface Comment {
  /** Invisible, and by which the comment is found again. */
  readonly marker: string;
  readonly body: string;
}

/**
 * @param prefix what the service's comments are marked with
 * @param message the user's own text, in place of Flux's
 */
export function commentOf(
  event: FluxEvent,
  { uid, prefix, message }: { uid: string; prefix: string; message: string | undefined },
): Comment {
  const { kind = '', namespace = '', name = '' } = event.involvedObject;
  const marker = `<!-- ${prefix}:${uid}/${kind}/${namespace}/${name} -->`;
  return { marker, body: `${marker}\n\n${message ?? markdown(event)}` };
}

/** @throws PluginError when the host did not say which Provider it is */
export function providerUid(uid: string | undefined): string {
  if (uid) return uid;
  throw invalid('provider UID cannot be empty');
}

/**
 * Number of the pull or merge request that an event is about.
 * @throws PluginError when it names none
 */
export function changeRequestOf({ metadata = {} }: FluxEvent): number {
  const text = metadata['change_request'];
  if (text === undefined) throw unfit('missing "change_request" metadata key');
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw unfit(`invalid "change_request" metadata value ${JSON.stringify(text)}: it is no number`);
}
