import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** URLs of the Git remotes of a checkout; none when it is no Git repository. */
export async function remotesOf(root: string): Promise<string[]> {
  const config = (await read(join(root, '.git', 'config'))) ?? (await worktreeConfig(root)) ?? '';
  const sections = config.split(/^\s*(?=\[)/m).filter((section) => section.startsWith('[remote '));
  return sections.flatMap((section) => /^\s*url\s*=\s*(.+?)\s*$/m.exec(section)?.[1] ?? []);
}

/** In a worktree or a submodule `.git` is a file that says where everything is. */
async function worktreeConfig(root: string): Promise<string | undefined> {
  const folder = /^gitdir:\s*(.+?)\s*$/m.exec((await read(join(root, '.git'))) ?? '')?.[1];
  if (!folder) return undefined;
  const common = (await read(resolve(root, folder, 'commondir')))?.trim() ?? '';
  return read(resolve(root, folder, common, 'config'));
}

async function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

/**
 * A Git URL without what differs between those who use it: scheme, user, port, `.git`; `git@host:path` is the same repository as
 * `https://host/path`.
 */
export function comparableUrl(url: string): string {
  const [, scp] = /^(?:[^@/]+@)?([^:/]+:(?!\/\/)[^\\]+)$/.exec(url) ?? [];
  const text = scp ? `ssh://${scp.replace(':', '/')}` : url;
  try {
    const { hostname, pathname, protocol } = new URL(text);
    const path = pathname
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .replaceAll(/\/+/g, '/');
    return protocol === 'file:' ? `file:${path}` : `${hostname.toLowerCase()}${path}`;
  } catch {
    return url;
  }
}
