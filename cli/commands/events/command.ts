import { stringAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { follow } from '../../cluster/follow.ts';
import { events as eventKind } from '../../cluster/resources.ts';
import { usageError } from '../../command/errors.ts';
import type { Command, FlagValues, Invocation } from '../../command/types.ts';
import { createTable, tableText } from '../../output/table.ts';
import { preview } from '../texts.ts';
import { eventRow, eventTime } from './row.ts';
import { isAboutFlux, type Scope, scopesFrom } from './selection.ts';

const types = ['Normal', 'Warning'];

function typesFrom(flags: FlagValues): ReadonlySet<string> {
  const wanted = flags.list('types').map((type) => type.toLowerCase());
  const unknown = flags
    .list('types')
    .find((type) => !types.some((each) => each.toLowerCase() === type.toLowerCase()));
  if (unknown !== undefined) {
    throw usageError(`type '${unknown}' not supported. Supported types are Normal, Warning`);
  }
  return new Set(wanted.length > 0 ? wanted : types.map((type) => type.toLowerCase()));
}

interface Shown {
  readonly scopes: readonly Scope[];
  readonly withNamespace: boolean;
  readonly headers: readonly string[];
  isShown(event: KubeObject): boolean;
}

async function shownFrom(invocation: Invocation): Promise<Shown> {
  const { flags, namespace } = invocation;
  const wanted = typesFrom(flags);
  const scopes = await scopesFrom(invocation);
  const withNamespace = scopes.some((scope) => scope.namespace !== namespace);
  return {
    scopes,
    withNamespace,
    headers: [...(withNamespace ? ['Namespace'] : []), 'Last seen', 'Type', 'Reason', 'Object', 'Message'],
    isShown: (event) => isAboutFlux(event) && wanted.has((stringAt(event, 'type') ?? '').toLowerCase()),
  };
}

async function printEvents(invocation: Invocation): Promise<void> {
  const { flags, namespace, io, log, signal } = invocation;
  const { scopes, withNamespace, headers, isShown } = await shownFrom(invocation);
  const { client } = await invocation.cluster();
  const lists = await Promise.all(scopes.map((scope) => client.list(eventKind, { ...scope, signal })));
  const now = Date.now();
  const rows = lists
    .flatMap(({ items }) => items)
    .filter(isShown)
    .toSorted((a, b) => eventTime(a) - eventTime(b))
    .map((event) => eventRow(event, { withNamespace, now }));
  if (rows.length > 0) io.out(tableText(headers, rows));
  else
    log.failure(
      flags.is('all-namespaces') ? 'No events found.' : `No events found in ${namespace} namespace.`,
    );
}

async function streamEvents(invocation: Invocation): Promise<void> {
  const { io, streamSignal } = invocation;
  const { scopes, withNamespace, headers, isShown } = await shownFrom(invocation);
  const { client } = await invocation.cluster();
  const table = createTable(headers);
  await Promise.all(
    scopes.map((scope) =>
      follow<KubeObject>({
        client,
        resource: eventKind,
        ...scope,
        signal: streamSignal,
        onEvent({ type, object }) {
          if (type === 'deleted' || !isShown(object)) return;
          io.out(table.print([eventRow(object, { withNamespace, now: Date.now() })]));
        },
      }),
    ),
  );
}

/** `flux events` */
export const events: Command = {
  name: 'events',
  short: 'Display Kubernetes events for Flux resources',
  long: preview('The events sub-command shows Kubernetes events from Flux resources'),
  example: `  # Display events for flux resources in default namespace
  flux events -n default

  # Display events for flux resources in all namespaces
  flux events -A

  # Display events for a Kustomization named podinfo
  flux events --for Kustomization/podinfo

  # Display events for all Kustomizations in default namespace
  flux events --for Kustomization -n default

  # Display warning events for alert resources
  flux events --for Alert/podinfo --types warning`,
  flags: {
    'all-namespaces': {
      type: 'bool',
      short: 'A',
      about: 'display events from Flux resources across all namespaces',
    },
    watch: { type: 'bool', short: 'w', about: 'indicate if the events should be streamed' },
    for: { type: 'string', about: 'get events for a particular object' },
    types: {
      type: 'list',
      choices: types,
      about: 'filter events for certain types (valid types are: Normal, Warning)',
    },
  },
  run: (invocation) => (invocation.flags.is('watch') ? streamEvents(invocation) : printEvents(invocation)),
};
