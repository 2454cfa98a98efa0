import type { KubeObject } from '@flux-host/host/kube/types.ts';
import type { FlagValues } from '../../command/types.ts';
import { readinessOf } from '../../kinds/conditions.ts';
import type { Column, FluxKind } from '../../kinds/types.ts';
import { truncateHex } from '../../output/truncate.ts';

/** A table of objects of one kind. */
export interface KindTable {
  readonly headers: readonly string[];
  row(object: KubeObject): string[];
}

export interface TableOptions {
  /** Names are printed as `kind/name`: there are several tables. */
  readonly withKind: boolean;
}

export function kindTable(kind: FluxKind, flags: FlagValues, { withKind }: TableOptions): KindTable {
  const columns = columnsOf(kind, flags);
  const everywhere = flags.is('all-namespaces');
  return {
    headers: [
      ...(everywhere ? ['Namespace'] : []),
      'Name',
      ...columns.map(({ header }) => header),
      'Ready',
      'Message',
    ],
    row(object) {
      const { name, namespace = '' } = object.metadata;
      const { status, message } = readinessOf(kind, object);
      return [
        ...(everywhere ? [namespace] : []),
        withKind ? `${kind.resource.singular}/${name}` : name,
        ...columns.map(({ value }) => value(object)),
        status,
        kind.verbatimMessage ? message : truncateHex(message),
      ];
    },
  };
}

function columnsOf(kind: FluxKind, flags: FlagValues): readonly Column[] {
  const { source, columns } = kind;
  const wanted = source && flags.has('show-source') && flags.is('show-source');
  return wanted ? [{ header: 'Source', value: source }, ...columns] : columns;
}
