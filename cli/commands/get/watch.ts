import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { follow } from '../../cluster/follow.ts';
import type { Invocation } from '../../command/types.ts';
import type { FluxKind } from '../../kinds/types.ts';
import { createTable } from '../../output/table.ts';
import { scopeOf } from './get.ts';
import { kindTable } from './rows.ts';
import { statusFilter } from './status-selector.ts';

/** Prints the objects of a kind, then each again whenever it changes, until the user interrupts. */
export async function watchKind(kind: FluxKind, invocation: Invocation): Promise<void> {
  const { flags, io, streamSignal } = invocation;
  const selected = statusFilter(flags.text('status-selector'));
  const { headers, row } = kindTable(kind, flags, { withKind: false });
  const table = createTable(flags.is('no-header') ? [] : headers);
  const { client } = await invocation.cluster();
  await follow<KubeObject>({
    client,
    resource: kind.resource,
    ...scopeOf(kind, invocation),
    signal: streamSignal,
    onEvent({ object }) {
      if (selected(kind, object)) io.out(table.print([row(object)]));
    },
  });
}
