import { createMetrics } from '@flux-host/host/observability/metrics.ts';
import { code, table } from './markdown.ts';

/** Registered under Flux's names, and without any series in this version. */
const unset = new Set(['leader_election_master_status']);

/** What the host counts, without the metrics about the process itself. */
export async function metricTable(): Promise<string> {
  const { text } = await createMetrics({ watchMainThread: true }).expose();
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
  const rows = [...text.matchAll(/^# HELP (\S+) (.+)$/gm)]
    .map(([, name = '', help = '']) => [code(name), types.get(name) ?? '', help.replace(/\.$/, '')])
    .filter(([name = '']) => !/^`(nodejs|process)_/.test(name) && !unset.has(name.replaceAll('`', '')));
  return table(['Metric', 'Type', 'Meaning'], rows);
}
