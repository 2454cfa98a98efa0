import type { HelmChart } from '@flux-host/crds/source/helm-chart.ts';
import type { ChosenChart } from './types.ts';
import { effectiveValuesFiles } from './version.ts';

/** What is said of a chart, as in Flux: `pulled 'app' chart with version '1.2.3'`. */
export function summaryOf(
  { name, version, isPackaged }: ChosenChart,
  valuesFiles: readonly string[] = [],
): string {
  return `${isPackaged ? 'packaged' : 'pulled'} ${described(name, version)}${merged(valuesFiles)}`;
}

/** The same of one that is not fetched yet. */
export const announcementOf = ({ name, version }: ChosenChart): string => `new ${described(name, version)}`;

export const reasonOf = ({ isPackaged }: Pick<ChosenChart, 'isPackaged'>): string =>
  isPackaged ? 'ChartPackageSucceeded' : 'ChartPullSucceeded';

/** Values files that are in the chart in the store. */
export function storedValuesFiles({ spec, status }: HelmChart): readonly string[] {
  return status?.observedValuesFiles ?? effectiveValuesFiles(spec);
}

const described = (name: string, version: string) => `'${name}' chart with version '${version}'`;
const merged = (files: readonly string[]) =>
  files.length > 0 ? ` and merged values files [${files.join(' ')}]` : '';
