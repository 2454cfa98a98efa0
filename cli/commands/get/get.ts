import { errorText } from '@flux-host/host/errors/text.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { formatLabelSelector, parseLabelSelector } from '@flux-host/host/kube/labels.ts';
import type { KubeObject, ListOptions } from '@flux-host/host/kube/types.ts';
import { commandError, usageError } from '../../command/errors.ts';
import type { Invocation } from '../../command/types.ts';
import type { FluxKind } from '../../kinds/types.ts';
import { tableText } from '../../output/table.ts';
import { kindTable } from './rows.ts';
import { statusFilter } from './status-selector.ts';

export interface GetOptions {
  /** Whether this is the only kind that is asked for, or one of many: then its absence is no failure. */
  readonly among: 'one' | 'many';
}

/** Which objects the flags and arguments select. */
export function scopeOf(kind: FluxKind, { args, flags, namespace }: Invocation): ListOptions {
  const [name] = args;
  const labels = flags.text('label-selector');
  return {
    ...(flags.is('all-namespaces') || !kind.resource.namespaced ? {} : { namespace }),
    ...(name && { fieldSelector: `metadata.name=${name}` }),
    ...(labels && { labelSelector: formatLabelSelector(parseLabelSelector(labels)) }),
  };
}

/**
 * Prints the table of one kind.
 * @throws FluxError when nothing is found and nothing else was asked for
 */
export async function getKind(kind: FluxKind, invocation: Invocation, { among }: GetOptions): Promise<void> {
  const { flags, io, signal } = invocation;
  const selected = statusFilter(flags.text('status-selector'));
  const items = await listed(kind, invocation, signal);
  if (items.length === 0) {
    if (among === 'many' && invocation.args.length === 0) return;
    throw nothingFound(kind, invocation);
  }
  const { headers, row } = kindTable(kind, flags, { withKind: among === 'many' });
  const rows = items.filter((object) => selected(kind, object)).map(row);
  if (among === 'many' && rows.length === 0) return;
  io.out(tableText(flags.is('no-header') ? [] : headers, rows));
  if (among === 'many') io.out('\n');
}

async function listed(kind: FluxKind, invocation: Invocation, signal: AbortSignal): Promise<KubeObject[]> {
  const { client } = await invocation.cluster();
  const { items } = await client.list(kind.resource, { ...scopeOf(kind, invocation), signal });
  return items.toSorted((a, b) => compare(sortKey(a), sortKey(b)));
}

const sortKey = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function nothingFound({ resource }: FluxKind, { args, flags, namespace }: Invocation): Error {
  const [name] = args;
  const where = flags.is('all-namespaces') ? 'any' : JSON.stringify(namespace);
  return commandError(
    'FLUX_E_CLI_NOT_FOUND',
    name === undefined
      ? `no ${resource.kind} objects found in ${where} namespace`
      : `${resource.kind} object '${name}' not found in ${where} namespace`,
  );
}

/** Prints the tables of several kinds; kinds that are not installed or have no objects are passed over. */
export async function getAll(kinds: readonly FluxKind[], invocation: Invocation): Promise<void> {
  if (invocation.flags.is('watch')) throw usageError('expected a single resource type, but found all');
  for (const kind of kinds) {
    try {
      await getKind(kind, invocation, { among: 'many' });
    } catch (error) {
      invocation.signal.throwIfAborted();
      if (isKube(error, 'unreachable') || isKube(error, 'unauthorized')) throw error;
      if (!isKube(error, 'noMatch')) invocation.log.failure(errorText(error));
    }
  }
}
