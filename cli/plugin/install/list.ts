import { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import { errorText } from '@flux-host/host/errors/text.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import type { Invocation } from '../../command/types.ts';
import { readyCondition } from '../../kinds/conditions.ts';

/** Nobody waits longer for a cluster that was not asked for. */
const patienceMs = 5_000;

/** Name, version, where it comes from and what it is, of the plugins in the cluster; a cluster that cannot be asked is told of. */
export async function clusterRows({ cluster, signal, log }: Invocation): Promise<string[][]> {
  try {
    const { client } = await cluster();
    const limited = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    const { items } = await client.list<Plugin>(Plugin, { signal: limited });
    return items.map(rowOf).sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  } catch (error) {
    signal.throwIfAborted();
    if (!isKube(error, 'noMatch'))
      log.warning(`the plugins of the cluster are not known: ${errorText(error)}`);
    return [];
  }
}

function rowOf(object: Plugin): string[] {
  const { spec, status, metadata } = object;
  const { url, ref = {} } = spec.source;
  const kinds = [...new Set((status?.provides ?? []).map(({ kind }) => kind))].join(', ');
  const ready = readyCondition(object);
  const state = spec.suspend ? ', suspended' : ready?.status === 'True' ? '' : ', not ready';
  return [
    metadata.name,
    status?.version ?? '',
    `${url}:${ref.tag ?? ref.semver ?? 'latest'}`,
    `wasm in the cluster${kinds ? ` (${kinds})` : ''}${state}`,
  ];
}
