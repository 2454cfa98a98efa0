import { isRecord } from '@flux-host/host/json.ts';
import { restructured } from './restructure.ts';

const reserved = new Set(['true', 'false', 'null', '.nan', '.inf', '-.inf', '+.inf']);

/**
 * A value as YAML for people, in dyff's manner: quotes only where a reader could be misled, texts of several lines as blocks. Not meant to be
 * parsed. Ends without a line break.
 */
export function neatYaml(value: unknown): string {
  return lines(value, '').join('\n');
}

function lines(value: unknown, prefix: string): string[] {
  const empty = emptyText(value);
  if (empty) return [empty];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => itemLines(item, prefix));
  if (isRecord(value)) {
    return restructured(value).flatMap(([key, field]) => fieldLines(`${prefix}${key}:`, field, prefix));
  }
  return scalarLines(value, prefix);
}

function itemLines(item: unknown, prefix: string): string[] {
  const inner = lines(item, `${prefix}  `);
  const [first = '', ...rest] = inner;
  const isNested = typeof item === 'object' && item !== null && !emptyText(item);
  return [`${prefix}- ${isNested ? first.slice(prefix.length + 2) : first}`, ...rest];
}

function fieldLines(start: string, value: unknown, prefix: string): string[] {
  const empty = emptyText(value);
  if (empty) return [`${start} ${empty}`];
  if (Array.isArray(value)) return [start, ...lines(value, prefix)];
  if (isRecord(value)) return [start, ...lines(value, `${prefix}  `)];
  const [first = '', ...rest] = scalarLines(value, `${prefix}  `);
  return [`${start} ${first}`.trimEnd(), ...rest];
}

function emptyText(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : undefined;
  return isRecord(value) && Object.keys(value).length === 0 ? '{}' : undefined;
}

function scalarLines(value: unknown, prefix: string): string[] {
  if (typeof value !== 'string') return [value === null || value === undefined ? 'null' : String(value)];
  if (!value.includes('\n')) return [needsQuotes(value) ? JSON.stringify(value) : value];
  return ['|', ...value.split('\n').map((line) => `${prefix}${line}`)];
}

function needsQuotes(text: string): boolean {
  return reserved.has(text) || text.startsWith('-') || /^[-+]?[0-9.e+]+$/.test(text) || /[ *&:,]/.test(text);
}
