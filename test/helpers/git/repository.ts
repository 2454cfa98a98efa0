import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { git, identity } from './cli.ts';
import type { SigningKey } from './signing.ts';
import { type Change, writeTree } from './tree.ts';

/** What a commit says and where it goes. */
export interface CommitOptions extends Change {
  readonly message?: string;
  /** Branch that moves; made from the default branch's tip when it does not exist. Default `main`. */
  readonly branch?: string;
  /** Author and committer date, ISO 8601. */
  readonly date?: string;
  /** Signs the commit. */
  readonly sign?: SigningKey;
}

export interface TagOptions {
  readonly revision?: string;
  readonly message?: string;
  /** Signs the tag, which is an annotated one then. */
  readonly sign?: SigningKey;
}

/** A bare repository on disk that tests write to directly. */
export interface Repository {
  /** Path of the bare repository. */
  readonly dir: string;
  /** Makes a commit on top of a branch. @returns its id */
  commit(options?: CommitOptions): Promise<string>;
  /** Makes a branch at a revision (default `main`), or moves it. */
  branch(name: string, revision?: string): Promise<void>;
  /** Tags a revision (default `main`); with a message it is an annotated tag. @returns the tagged commit's id */
  tag(name: string, options?: TagOptions): Promise<string>;
  /** Adds a submodule to the branch `main`. @returns the new commit's id */
  submodule(path: string, options: { url: string; commit: string }): Promise<string>;
  /** One commit and one light tag for each version, with the version in the file `version`. */
  releases(versions: readonly string[]): Promise<Record<string, string>>;
  /** Id of a revision. */
  resolve(revision: string): Promise<string>;
  /** Runs any Git command in the repository. */
  git(...args: string[]): Promise<string>;
}

/**
 * Makes a bare repository with a first commit on `main`.
 * @param options.files the first commit's files; without, the repository stays empty
 * @param options.objectFormat `sha1` unless told
 */
export async function createRepository(
  dir: string,
  options: { files?: Change['files']; objectFormat?: 'sha1' | 'sha256' } = {},
): Promise<Repository> {
  mkdirSync(dir, { recursive: true });
  const format = options.objectFormat ?? 'sha1';
  await git(['init', '--quiet', '--bare', '--initial-branch=main', `--object-format=${format}`, dir]);
  const local = (
    args: readonly string[],
    extra: { env?: Record<string, string>; input?: string | Uint8Array } = {},
  ) => git(args, { cwd: dir, ...extra });
  // Flux fetches single commits by their id; hosting services allow it, Git by default does not.
  await local(['config', 'uploadpack.allowAnySHA1InWant', 'true']);
  await local(['config', 'uploadpack.allowFilter', 'true']);
  const repository = repositoryIn(dir, local);
  if (options.files) await repository.commit({ files: options.files, message: 'first commit' });
  return repository;
}

type LocalGit = (
  args: readonly string[],
  extra?: { env?: Record<string, string>; input?: string | Uint8Array },
) => Promise<string>;

function repositoryIn(dir: string, local: LocalGit): Repository {
  const resolve = (revision: string) => local(['rev-parse', '--verify', `${revision}^{commit}`]);
  const tip = (branch: string) => resolve(`refs/heads/${branch}`).catch(() => undefined);

  async function commit({ branch = 'main', message = 'change', date, sign, ...change }: CommitOptions = {}) {
    const parent = (await tip(branch)) ?? (await tip('main'));
    const tree = await writeTree(join(dir, `index.${randomUUID()}`), change, { parent, local });
    const dates = { GIT_AUTHOR_DATE: date ?? identity.date, GIT_COMMITTER_DATE: date ?? identity.date };
    const parents = parent ? ['-p', parent] : [];
    const signing = sign ? ['-S'] : [];
    const id = await local(
      [...(sign?.config ?? []), 'commit-tree', ...signing, tree, ...parents, '-F', '-'],
      { env: { ...dates, ...sign?.env }, input: `${message}\n` },
    );
    await local(['update-ref', `refs/heads/${branch}`, id]);
    return id;
  }

  async function tag(name: string, { revision = 'main', message, sign }: TagOptions = {}) {
    const annotation = message === undefined && !sign ? [] : [sign ? '-s' : '-a', '-m', message ?? name];
    await local([...(sign?.config ?? []), 'tag', '--force', ...annotation, name, revision], {
      env: { ...sign?.env },
    });
    return resolve(name);
  }

  return {
    dir,
    commit,
    tag,
    resolve,
    async branch(name, revision = 'main') {
      await local(['update-ref', `refs/heads/${name}`, await resolve(revision)]);
    },
    async submodule(path, { url, commit: id }) {
      const known = await local(['show', 'main:.gitmodules']).catch(() => '');
      const entry = `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n`;
      return commit({
        files: { '.gitmodules': `${known ? `${known}\n` : ''}${entry}`, [path]: { submodule: id } },
        message: `add submodule ${path}`,
      });
    },
    async releases(versions) {
      const ids: Record<string, string> = {};
      for (const version of versions) {
        ids[version] = await commit({ files: { version: `${version}\n` }, message: `release ${version}` });
        await tag(version);
      }
      return ids;
    },
    git: (...args) => local(args),
  };
}
