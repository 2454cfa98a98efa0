import { parseDuration } from '@flux-host/host/duration/duration.ts';
import type { Flag } from './types.ts';

/** What is wrong with a value of the flag, worded as Go's strconv and time do; undefined when nothing is. */
export function faultIn(flag: Flag, value: string): string | undefined {
  return typeFault(flag, value) ?? flag.check?.(value);
}

function typeFault({ type }: Flag, value: string): string | undefined {
  const quoted = JSON.stringify(value);
  switch (type) {
    case 'bool':
      return asBool(value) === undefined ? `strconv.ParseBool: parsing ${quoted}: invalid syntax` : undefined;
    case 'int':
      return /^[+-]?\d+$/.test(value) ? undefined : `strconv.ParseInt: parsing ${quoted}: invalid syntax`;
    case 'duration':
      return durationFault(value);
    default:
      return undefined;
  }
}

function durationFault(value: string): string | undefined {
  const quoted = JSON.stringify(value);
  if (asMilliseconds(value) !== undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return `time: missing unit in duration ${quoted}`;
  const unit = /^\d+(?:\.\d+)?([^\d.]+)$/.exec(value)?.[1];
  return unit
    ? `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`
    : `time: invalid duration ${quoted}`;
}

/** Milliseconds of a duration; undefined when it is none. */
export function asMilliseconds(value: string): number | undefined {
  if (value === '0') return 0;
  try {
    return parseDuration(value);
  } catch {
    return undefined;
  }
}

const booleans: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 't', 'T', 'true', 'TRUE', 'True'].map((word) => [word, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'false', 'FALSE', 'False'].map((word) => [word, false])),
};

export function asBool(value: string): boolean | undefined {
  return Object.hasOwn(booleans, value) ? booleans[value] : undefined;
}

/** Items of one value of a list: comma separated, in double quotes where they hold a comma (CSV, as pflag reads them). */
export function asItems(value: string): string[] {
  if (value === '') return [];
  const items = [...value.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  return items.map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain);
}
