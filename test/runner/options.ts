import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root as repository } from '../../scripts/paths.ts';

/** The command line of the test runner. */
export interface RunOptions {
  /** Only jobs whose name contains one of these; all when empty. */
  readonly filters: readonly string[];
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly go: boolean;
  /** Whether what failed is run once more, alone, when it is little: not when files were chosen. */
  readonly again: boolean;
  readonly list: boolean;
  readonly root: string;
}

/** Said by `--help` and after a wrong argument. */
export const usageText = `npm test -- [part of a name …] [--concurrency 2] [--timeout SECONDS] [--no-go] [--no-again] [--list] [--root DIR]
`;

/** @throws Error when an argument is not understood */
export function parseOptions(args: readonly string[]): RunOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      concurrency: { type: 'string', default: '2' },
      timeout: { type: 'string', default: '600' },
      go: { type: 'boolean', default: true },
      again: { type: 'boolean', default: true },
      list: { type: 'boolean', default: false },
      root: { type: 'string', default: repository },
    },
  });
  return {
    filters: positionals,
    concurrency: positive('concurrency', values.concurrency),
    timeoutMs: positive('timeout', values.timeout) * 1000,
    go: values.go,
    again: values.again && positionals.length === 0,
    list: values.list,
    root: resolve(values.root),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} ${text} is not a positive whole number`);
  return value;
}
