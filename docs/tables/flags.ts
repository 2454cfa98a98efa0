import type { Flag, Flags } from '@flux-host/host/config/flag.ts';
import { flags } from '@flux-host/host/config/flags.ts';
import { featureGates } from '@flux-host/host/config/gates.ts';
import { code, table } from './markdown.ts';

/** Flags that Flux's controllers do not have. */
export const ownFlags: readonly string[] = [
  'plugins-dir',
  'components',
  'notification-addr',
  'plugin-workers',
  'watch-main-thread',
  'kubeconfig',
  'context',
];

const all: Flags = flags;

function rows(wanted: (name: string, flag: Flag) => boolean, note: (flag: Flag) => string): string[][] {
  return Object.entries(all)
    .filter(([name, flag]) => wanted(name, flag))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => [code(`--${name}`), code(flag.default), note(flag)]);
}

function meaning({ about, env }: Flag): string {
  return env ? `${about}; default from the variable ${code(env)}` : about;
}

const works = (flag: Flag) => !flag.noEffect && !flag.refused;

export function workingFlags(): string {
  const head = ['Flag', 'Default', 'Meaning'];
  return table(
    head,
    rows((name, flag) => works(flag) && !ownFlags.includes(name), meaning),
  );
}

export function additionalFlags(): string {
  return table(
    ['Flag', 'Default', 'Meaning'],
    rows((name) => ownFlags.includes(name), meaning),
  );
}

export function flagsWithoutEffect(): string {
  return table(
    ['Flag', 'Default', 'Why it changes nothing here'],
    rows(
      (_, flag) => Boolean(flag.noEffect),
      (flag) => flag.noEffect ?? '',
    ),
  );
}

export function refusedFlags(): string {
  return table(
    ['Flag', 'Default', 'Why it is refused'],
    rows(
      (_, flag) => Boolean(flag.refused),
      (flag) => flag.refused ?? '',
    ),
  );
}

export function gates(): string {
  return table(
    ['Gate', 'Default', 'Here'],
    Object.entries(featureGates).map(([name, { default: value, works: has, why = '' }]) => [
      code(name),
      code(`${value}`),
      has ? 'works' : `no effect: ${why}`,
    ]),
  );
}
