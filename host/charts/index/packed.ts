import { isRecord, listAt } from '../../json.ts';
import { parsePartialVersion } from '../../semver/version.ts';
import type { IndexedVersion } from './types.ts';

/** What of a version is kept, in this order. */
type Row = readonly [name: string, version: string, url: string, digest: string, created: string];

/**
 * An index as it is held in memory: the rows of each chart as one text, a fraction of what objects would take. 100,000 versions are some 20 MB.
 */
export class PackedIndex {
  readonly #charts = new Map<string, string>();
  #open: { readonly name: string; readonly rows: Row[] } | undefined;
  #versions = 0;

  get charts(): number {
    return this.#charts.size;
  }

  get versions(): number {
    return this.#versions;
  }

  /** Begins a chart; one that was there is replaced. */
  begin(name: string): void {
    this.finish();
    this.#open = { name, rows: [] };
  }

  has(name: string): boolean {
    return this.#open?.name === name || this.#charts.has(name);
  }

  /** Adds a version to the chart that was begun last; one that Helm would not take is left out, as Flux does. */
  add(fields: unknown): void {
    const row = rowOf(fields);
    if (row) this.#open?.rows.push(row);
  }

  finish(): void {
    if (!this.#open) return;
    const { name, rows } = this.#open;
    this.#versions += rows.length;
    this.#charts.set(name, JSON.stringify(rows));
    this.#open = undefined;
  }

  /** All versions of a chart in the order of the index; undefined: there is no such chart. */
  versionsOf(name: string): IndexedVersion[] | undefined {
    const text = this.#charts.get(name);
    if (text === undefined) return undefined;
    const rows: Row[] = JSON.parse(text);
    return rows.map(([chart, version, url, digest, created]) => ({
      name: chart,
      version,
      url,
      digest,
      created,
    }));
  }

  names(): IterableIterator<string> {
    return this.#charts.keys();
  }
}

function rowOf(fields: unknown): Row | undefined {
  if (!isRecord(fields)) return undefined;
  const name = textOf(fields['name']);
  const version = textOf(fields['version']);
  const type = textOf(fields['type']);
  const isValid =
    name !== '' &&
    !name.includes('/') &&
    name !== '.' &&
    name !== '..' &&
    parsePartialVersion(version) !== undefined &&
    ['', 'application', 'library'].includes(type);
  if (!isValid) return undefined;
  const [url] = listAt(fields, 'urls');
  return [name, version, textOf(url), textOf(fields['digest']), textOf(fields['created'])];
}

/** Numbers and booleans of JSON are taken for the text that they are written as. In YAML all is text, null too. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value === 'null' || value === '~' ? '' : value.trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
