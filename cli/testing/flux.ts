import { spawnSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { run } from '../run.ts';

/** What a command line did. */
export interface FluxResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Both streams as they came. */
  readonly all: string;
}

export interface FluxOptions {
  readonly kubeconfig?: string;
  /** Typed by the user. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The current folder; default: that of the process. */
  readonly cwd?: string;
  readonly interrupt?: AbortSignal;
  /** Runs whenever something is printed, with everything printed so far. */
  onOutput?(all: string): void;
}

/** Runs a command line in this process. */
export async function flux(words: readonly string[], options: FluxOptions = {}): Promise<FluxResult> {
  const result = { out: '', err: '', all: '' };
  const write = (stream: 'out' | 'err') => (text: string) => {
    result[stream] += text;
    result.all += text;
    options.onOutput?.(result.all);
  };
  const {
    kubeconfig,
    input = '',
    env = {},
    cwd = process.cwd(),
    interrupt = new AbortController().signal,
  } = options;
  const [first = '', ...rest] = words;
  const where = kubeconfig ? ['--kubeconfig', kubeconfig] : [];
  const tokens = first === '__complete' ? [first, ...where, ...rest] : [...where, ...words];
  const code = await run(tokens, {
    out: write('out'),
    err: write('err'),
    stdin: Readable.from([input]),
    cwd,
    env,
    interrupt,
    async exec(file, args) {
      const { status, stdout, stderr } = spawnSync(file, args, { cwd, env, input, encoding: 'utf8' });
      write('out')(stdout);
      write('err')(stderr);
      return status ?? 1;
    },
  });
  return { code, ...result };
}
