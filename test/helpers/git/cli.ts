import { spawn } from 'node:child_process';

/** Options of {@link git}. */
export interface GitOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
}

/** The identity and moment of every commit that does not name others. */
export const identity = {
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  date: '2026-01-02T03:04:05Z',
} as const;

/** An environment in which no configuration of this machine or its user reaches Git. */
export const isolatedEnv: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: identity.name,
  GIT_AUTHOR_EMAIL: identity.email,
  GIT_AUTHOR_DATE: identity.date,
  GIT_COMMITTER_NAME: identity.name,
  GIT_COMMITTER_EMAIL: identity.email,
  GIT_COMMITTER_DATE: identity.date,
};

/**
 * Runs the real Git with an isolated configuration and a fixed identity.
 * @returns its output without the last line break
 * @throws Error with what it wrote to stderr when it fails
 */
export function git(args: readonly string[], options: GitOptions = {}): Promise<string> {
  return run('git', args, options);
}

/** Like {@link git} for another program. */
export function run(command: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...isolatedEnv, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    // A program that does not read its input closes the pipe early.
    child.stdin.on('error', () => {});
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString().replace(/\n$/, ''));
      else
        reject(new Error(`${command} ${args.join(' ')} failed (${code}): ${Buffer.concat(err).toString()}`));
    });
    child.stdin.end(options.input);
  });
}
