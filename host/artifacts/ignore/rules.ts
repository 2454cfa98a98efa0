import { readdir, readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type IgnoreRule, readRules } from '@flux-host/sdk/ignore/rules.ts';
import { hasCode } from '../errors.ts';

export { readRules };

const IGNORE_FILE = '.sourceignore';
const VCS = ['.git/', '.gitignore', '.gitmodules', '.gitattributes'];
const MEDIA = ['*.jpg', '*.jpeg', '*.gif', '*.png', '*.wmv', '*.flv', '*.tar.gz', '*.zip'];
const CI = [
  '.github/',
  '.circleci/',
  '.travis.yml',
  '.gitlab-ci.yml',
  'appveyor.yml',
  '.drone.yml',
  'cloudbuild.yaml',
  'codeship-services.yml',
  'codeship-steps.yml',
];
const EXTRA = ['**/.goreleaser.yml', '**/.sops.yaml', '**/.flux.yaml'];

/** Files of version control systems, which never belong to an artifact. */
export const vcsRules = (domain: readonly string[] = []): IgnoreRule[] =>
  VCS.map((pattern) => ({ pattern, domain }));

/** What Flux leaves out when nobody said otherwise: media, archives, CI configuration. */
export const defaultRules = (domain: readonly string[] = []): IgnoreRule[] =>
  [...MEDIA, ...CI, ...EXTRA].map((pattern) => ({ pattern, domain }));

/** The rules of the ignore file in a folder; none when there is no such file. */
export async function readIgnoreFile(dir: string, domain: readonly string[] = []): Promise<IgnoreRule[]> {
  const file = join(dir, IGNORE_FILE);
  try {
    return readRules(await readFile(file, 'utf8'), domain);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EISDIR')) return [];
    throw error;
  }
}

/**
 * All `.sourceignore` files of a tree, parents before children, so that the deeper one has the last word; `.git` is not
 * searched. An ignore file that links to outside the tree is not followed: its lines could end up in an error message.
 */
export async function loadRules(root: string, domain: readonly string[] = []): Promise<IgnoreRule[]> {
  const inside = `${await realpath(root)}${sep}`;
  const rules: IgnoreRule[] = [];
  const visit = async (dir: string, at: readonly string[]): Promise<void> => {
    const entries = await readdir(dir, { withFileTypes: true });
    const own = entries.find((entry) => entry.name === IGNORE_FILE);
    if (own && (!own.isSymbolicLink() || (await leadsInto(join(dir, IGNORE_FILE), inside))))
      rules.push(...(await readIgnoreFile(dir, at)));
    const folders = entries
      .filter((entry) => entry.isDirectory() && entry.name !== '.git')
      .map((entry) => entry.name);
    for (const name of folders.sort()) await visit(join(dir, name), [...at, name]);
  };
  await visit(root, domain);
  return rules;
}

async function leadsInto(link: string, inside: string): Promise<boolean> {
  try {
    return (await realpath(link)).startsWith(inside);
  } catch {
    return false;
  }
}
