import { parseYaml } from '../../build/yaml/parse.ts';
import { errorText } from '../../errors/text.ts';
import { isRecord, listAt } from '../../json.ts';
import { parsePartialVersion } from '../../semver/version.ts';
import { badArchive } from '../errors.ts';

/** A chart that another one needs. */
export interface ChartDependency {
  readonly name: string;
  readonly version: string;
  /** URL of a repository, `file://…`, or empty: below `charts/`. */
  readonly repository: string;
  readonly alias: string;
}

/** What `Chart.yaml` says, with `requirements.yaml` of old charts. */
export interface ChartMetadata {
  readonly apiVersion: string;
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly ChartDependency[];
}

/**
 * Reads a chart's metadata and checks what Helm checks.
 * @param files text of `Chart.yaml`, and of `requirements.yaml` where there is one
 * @throws FluxError FLUX_E_CHART_ARCHIVE
 */
export function readMetadata(files: { chart: string; requirements?: string | undefined }): ChartMetadata {
  const chart = parse('Chart.yaml', files.chart);
  const requirements = files.requirements ? parse('requirements.yaml', files.requirements) : {};
  const fields = { ...chart, ...requirements };
  const metadata = {
    apiVersion: textOf(fields['apiVersion']) || 'v1',
    name: textOf(fields['name']),
    version: textOf(fields['version']),
    dependencies: listAt(fields, 'dependencies').filter(isRecord).map(dependencyOf),
  };
  check(metadata, textOf(fields['type']));
  return metadata;
}

function check({ name, version, dependencies }: ChartMetadata, type: string): void {
  const invalid = (what: string) => badArchive(`validation: chart.metadata.${what}`);
  if (name === '') throw invalid('name is required');
  if (name === '.' || name === '..') throw invalid(`name "${name}" is not allowed`);
  if (name.includes('/')) throw invalid(`name "${name}" is invalid`);
  if (version === '') throw invalid('version is required');
  if (!parsePartialVersion(version)) throw invalid(`version "${version}" is invalid`);
  if (!['', 'application', 'library'].includes(type)) throw invalid('type must be application or library');
  const names = dependencies.map((dependency) => dependency.alias || dependency.name);
  const twice = names.find((each, index) => names.indexOf(each) < index);
  if (twice !== undefined)
    throw badArchive(`validation: more than one dependency with name or alias "${twice}"`);
}

function dependencyOf(fields: Readonly<Record<string, unknown>>): ChartDependency {
  return {
    name: textOf(fields['name']),
    version: textOf(fields['version']),
    repository: textOf(fields['repository']),
    alias: textOf(fields['alias']),
  };
}

function parse(file: string, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseYaml(text) ?? {};
  } catch (error) {
    throw badArchive(`cannot load '${file}': ${errorText(error).split('\n')[0]}`);
  }
  if (!isRecord(value)) throw badArchive(`cannot load '${file}': it is not a map`);
  return value;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
