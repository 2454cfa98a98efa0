import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Repository } from '../helpers/git-server.ts';
import { git } from '../helpers/git-server.ts';

/** Commits many paths with one content, without a process for each. */
export async function commitPaths(
  repository: Repository,
  paths: readonly string[],
  blob: string,
): Promise<void> {
  const env = { GIT_INDEX_FILE: join(repository.dir, `index.${randomUUID()}`) };
  const local = (args: string[], input?: string) =>
    git(args, { cwd: repository.dir, env, ...(input === undefined ? {} : { input }) });
  await local(['read-tree', 'main']);
  await local(['update-index', '--index-info'], paths.map((path) => `100644 ${blob}\t${path}\n`).join(''));
  const tree = await local(['write-tree']);
  const commit = await repository.git(
    '-c',
    'user.name=e2e',
    '-c',
    'user.email=e2e@example.com',
    'commit-tree',
    tree,
    '-p',
    'main',
    '-m',
    'many',
  );
  await repository.git('update-ref', 'refs/heads/main', commit);
}
