import { formatDuration } from '@flux-host/host/duration/duration.ts';
import { asItems, asMilliseconds } from './flag-value.ts';
import type { Flag, Flags } from './types.ts';

const typeNames: Readonly<Record<Flag['type'], string>> = {
  string: 'string',
  bool: '',
  int: 'int',
  duration: 'duration',
  list: 'strings',
};

/** The lines of a list of flags in help, sorted by name, with their descriptions in one column (pflag's layout). */
export function flagUsages(flags: Flags): string {
  const rows = Object.entries(flags)
    .filter(([, { hidden, deprecated, refused }]) => !hidden && !deprecated && !refused)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => ({ left: leftOf(name, flag), right: `${flag.about}${defaultOf(flag)}` }));
  const width = Math.max(0, ...rows.map(({ left }) => left.length));
  const indent = `\n${' '.repeat(width + 3)}`;
  return rows
    .map(({ left, right }) => `${left.padEnd(width)}   ${right.replaceAll('\n', indent)}`)
    .join('\n');
}

function leftOf(name: string, flag: Flag): string {
  const letter = flag.short ? `-${flag.short}, ` : '    ';
  const type = flag.typeName ?? typeNames[flag.type];
  return `  ${letter}--${name}${type ? ` ${type}` : ''}`;
}

function defaultOf({ type, default: value }: Flag): string {
  if (!value || value === 'false' || value === '0') return '';
  if (type === 'string') return ` (default ${value.includes('|') ? value : JSON.stringify(value)})`;
  if (type === 'list') return ` (default [${asItems(value).join(',')}])`;
  if (type === 'duration') return ` (default ${formatDuration(asMilliseconds(value) ?? 0)})`;
  return ` (default ${value})`;
}
