import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { type NotifierTrait, notifierTraits } from '@flux-host/sdk/contract/notifier.ts';
import type { InstalledPlugin } from '../../plugins/types.ts';
import { controllerMetadata, ownerMetadata } from '../event/metadata.ts';

export type Traits = ReadonlySet<NotifierTrait>;

/** Why an event does not go to a provider, which is no failure. */
export type Skip =
  /** It is only about a commit status, and the provider sets none. */
  | 'commit-status-update'
  /** The provider sets commit statuses, and the event names no commit. */
  | 'no-commit'
  /** The provider comments on change requests, and the event names none. */
  | 'no-change-request';

/** What an installed plugin says of a Provider type; none when it is not installed. */
export function traitsOf(plugin: InstalledPlugin | undefined, type: string): Traits {
  const provided = plugin?.manifest.provides.find((each) => each.kind === 'notifier' && each.type === type);
  return new Set((provided?.traits ?? []).filter(isTrait));
}

function isTrait(name: string): name is NotifierTrait {
  return Object.hasOwn(notifierTraits, name);
}

/** Flux's rules of which events a kind of provider gets. Looks at metadata before it is put together. */
export function skipFor(event: FluxEvent, traits: Traits): Skip | undefined {
  const isUpdate = controllerMetadata(event, 'commit_status') === 'update';
  const setsStatus = traits.has('commit-status');
  if (isUpdate && !setsStatus && !traits.has('commit-status-updates')) return 'commit-status-update';
  if (setsStatus && !isUpdate && event.severity !== 'error' && !ownerMetadata(event, 'commit'))
    return 'no-commit';
  if (traits.has('change-request') && !ownerMetadata(event, 'change_request')) return 'no-change-request';
  return undefined;
}
