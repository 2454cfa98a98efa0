import { rmSync } from 'node:fs';

/** A file's content, or one of the other things that Git stores under a path. */
export type Entry =
  | string
  | Uint8Array
  | { executable: string }
  | { symlink: string }
  | { submodule: string };

/** What a commit changes. */
export interface Change {
  readonly files?: Readonly<Record<string, Entry>>;
  readonly remove?: readonly string[];
}

type LocalGit = (
  args: readonly string[],
  extra?: { env?: Record<string, string>; input?: string | Uint8Array },
) => Promise<string>;

/**
 * Writes the tree of a parent commit with a change on top, without a work tree.
 * @param index path of a temporary index file
 * @returns the tree's id
 */
export async function writeTree(
  index: string,
  { files = {}, remove = [] }: Change,
  { parent, local }: { parent: string | undefined; local: LocalGit },
): Promise<string> {
  const env = { GIT_INDEX_FILE: index };
  await local(parent ? ['read-tree', parent] : ['read-tree', '--empty'], { env });
  const lines: string[] = [];
  const absent = '0'.repeat((await local(['hash-object', '-t', 'tree', '--stdin'], { input: '' })).length);
  for (const path of remove) lines.push(`0 ${absent}\t${path}`);
  for (const [path, entry] of Object.entries(files)) lines.push(await indexLine(path, entry, local));
  await local(['update-index', '--index-info'], { env, input: lines.map((line) => `${line}\n`).join('') });
  const tree = await local(['write-tree'], { env });
  rmSync(index, { force: true });
  return tree;
}

async function indexLine(path: string, entry: Entry, local: LocalGit): Promise<string> {
  const blob = (content: string | Uint8Array) => local(['hash-object', '-w', '--stdin'], { input: content });
  if (typeof entry === 'string' || entry instanceof Uint8Array) return `100644 ${await blob(entry)}\t${path}`;
  if ('executable' in entry) return `100755 ${await blob(entry.executable)}\t${path}`;
  if ('symlink' in entry) return `120000 ${await blob(entry.symlink)}\t${path}`;
  return `160000 ${entry.submodule}\t${path}`;
}
