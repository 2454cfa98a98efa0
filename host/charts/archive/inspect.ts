import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { createGunzip } from 'node:zlib';
import { createTarReader, type EntrySink, type ReadEntry } from '../../artifacts/tar-reader.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import { badArchive } from '../errors.ts';
import { type ChartMetadata, readMetadata } from './metadata.ts';

export interface ArchiveLimits {
  /** `--helm-chart-max-size`: bytes of the archive. */
  readonly chartBytes: number;
  /** `--helm-chart-file-max-size`: bytes of a file in it. */
  readonly fileBytes: number;
}

/** Helm does not load charts whose files are larger together. */
const unpackedBytes = 100 * 2 ** 20;
const mostEntries = 100_000;
const metadataFiles = ['Chart.yaml', 'requirements.yaml'];

/**
 * Reads a chart's metadata out of its archive, and checks the names and sizes of all files in it as Helm does. No more than a piece of the
 * archive is in memory.
 * @throws FluxError FLUX_E_CHART_ARCHIVE
 */
export async function inspectArchive(file: string, limits: ArchiveLimits): Promise<ChartMetadata> {
  const { size } = await stat(file);
  if (size > limits.chartBytes) throw tooLarge(`size of chart exceeds '${limits.chartBytes}' bytes limit`);
  const found = new Map<string, string>();
  let total = 0;
  let entries = 0;
  const reader = createTarReader((entry) => {
    const name = checkedName(entry);
    total += entry.size;
    entries += 1;
    if (entry.size > limits.fileBytes) throw largeFile(name, limits.fileBytes);
    if (total > unpackedBytes || entries > mostEntries) throw largeChart();
    return entry.type === 'file' && metadataFiles.includes(name) ? collect(name, found) : undefined;
  });
  const source = createReadStream(file);
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    let raw = 0;
    for await (const chunk of gunzip) {
      raw += chunk.length;
      if (raw > unpackedBytes + mostEntries * 1024) throw largeChart();
      reader.push(chunk);
    }
    reader.end();
  } catch (error) {
    throw error instanceof FluxError ? error : unreadable(error);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
  const chart = found.get('Chart.yaml');
  if (chart === undefined) throw badArchive("no 'Chart.yaml' found", 'package it with: helm package');
  return readMetadata({ chart, requirements: found.get('requirements.yaml') });
}

/** The name below the chart's own folder. Windows' names are taken for what they mean. */
function checkedName({ name, type }: ReadEntry): string {
  const text = name.toString();
  if (type === 'directory') return text;
  const parts = text.split(text.includes('\\') ? '\\' : '/');
  const below = parts.slice(1).join('/');
  if (below.startsWith('/')) throw badArchive('chart illegally contains absolute paths');
  const clean = posix.normalize(below || '.');
  if (clean === '.')
    throw badArchive(`chart illegally contains content outside the base directory: ${JSON.stringify(text)}`);
  if (clean.startsWith('..')) throw badArchive('chart illegally references parent directory');
  if (/^[a-zA-Z]:\//.test(clean)) throw badArchive('chart contains illegally named files');
  return clean;
}

function collect(name: string, found: Map<string, string>): EntrySink {
  const parts: Buffer[] = [];
  return {
    write: (bytes) => void parts.push(Buffer.from(bytes)),
    end: () => {
      found.set(
        name,
        Buffer.concat(parts)
          .toString()
          .replace(/^\ufeff/, ''),
      );
    },
  };
}

function unreadable(error: unknown): FluxError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') return badArchive('the chart is truncated: unexpected end of file');
  if (code === 'Z_DATA_ERROR')
    return badArchive('the chart is damaged, or no gzip-compressed archive at all');
  return badArchive(`the chart is damaged: ${errorText(error)}`);
}

const tooLarge = (why: string) =>
  badArchive(why, 'leave files out with .helmignore, or raise --helm-chart-max-size');
const largeFile = (name: string, most: number) =>
  badArchive(
    `decompressed chart file ${JSON.stringify(name)} is larger than the maximum file size ${most}`,
    'leave it out with .helmignore, or raise --helm-chart-file-max-size',
  );
const largeChart = () =>
  badArchive(
    `decompressed chart is larger than the maximum size ${unpackedBytes}`,
    'Helm loads no larger chart',
  );
