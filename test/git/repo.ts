import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A repository with a worktree, made by `git` itself. */
export interface Repo {
  readonly dir: string;
  /** Runs `git` in the worktree and returns what it prints. */
  git(...args: string[]): string;
  write(name: string, content: string | Uint8Array): void;
  /** Writes files, commits everything and returns the commit's hash. */
  commit(message: string, files?: Readonly<Record<string, string | Uint8Array>>): string;
}

const env = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};

/** Makes an empty repository with the branch main. */
export function createRepo(dir: string): Repo {
  mkdirSync(dir, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: dir, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  };
  git('init', '-q', '-b', 'main');
  return {
    dir,
    git,
    write,
    commit(message, files = {}) {
      for (const [name, content] of Object.entries(files)) write(name, content);
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
  };
}
