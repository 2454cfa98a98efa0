import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { hasCode } from '../../artifacts/errors.ts';
import { badArchive } from '../errors.ts';
import { type ArchiveLimits, inspectArchive } from './inspect.ts';
import { type ChartMetadata, readMetadata } from './metadata.ts';

export interface InspectedChart extends ChartMetadata {
  readonly isFolder: boolean;
}

/**
 * Reads the metadata of a chart, be it an archive or a folder. Of a folder only that is read.
 * @throws FluxError FLUX_E_CHART_ARCHIVE
 */
export async function inspectChart(path: string, limits: ArchiveLimits): Promise<InspectedChart> {
  const found = await stat(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) throw badArchive('no such file or directory', noChart);
    throw error;
  });
  if (!found.isDirectory()) return { ...(await inspectArchive(path, limits)), isFolder: false };
  const chart = await contentOf(join(path, 'Chart.yaml'), limits);
  if (chart === undefined) throw badArchive("no 'Chart.yaml' found", noChart);
  const requirements = await contentOf(join(path, 'requirements.yaml'), limits);
  return { ...readMetadata({ chart, requirements }), isFolder: true };
}

const noChart = 'set spec.chart to the folder of the source that has the Chart.yaml';

async function contentOf(file: string, { fileBytes }: ArchiveLimits): Promise<string | undefined> {
  const found = await stat(file).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  });
  if (!found?.isFile()) return undefined;
  if (found.size > fileBytes)
    throw badArchive(`size of '${basename(file)}' exceeds '${fileBytes}' bytes limit`);
  return readFile(file, 'utf8');
}
