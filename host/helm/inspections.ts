import type { InspectResponse } from '@flux-host/sdk/contract/chart.ts';
import { createLru } from '../build/cache/lru.ts';
import type { Plugins } from '../plugins/types.ts';
import type { ChartFiles } from './charts.ts';

/** What charts say of themselves, by their content and by the digest of values: many releases are of one chart, and it stays the same from one interval to the next. */
export interface Inspections {
  recall(chart: ChartFiles, values?: string): InspectResponse | undefined;
  remember(chart: ChartFiles, answer: InspectResponse, values?: string): void;
}

const mostBytes = 16 * 2 ** 20;

/** @param plugins another plugin of charts may say something else of them */
export function createInspections(plugins: {
  find(...which: Parameters<Plugins['find']>): { readonly digest: string } | undefined;
}): Inspections {
  const known = createLru<InspectResponse>(mostBytes);
  const keyOf = ({ digest, chart }: ChartFiles, values = ''): string | undefined => {
    const plugin = plugins.find('chart', 'helm');
    return digest && plugin ? [plugin.digest, digest, chart, values].join(' ') : undefined;
  };
  return {
    recall(chart, values) {
      const key = keyOf(chart, values);
      return key === undefined ? undefined : known.get(key);
    },
    remember(chart, answer, values) {
      const key = keyOf(chart, values);
      if (key !== undefined) known.set(key, answer, JSON.stringify(answer).length);
    },
  };
}
