import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, open, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { writeAll } from '@flux-host/host/artifacts/files.ts';
import { filterOf } from '@flux-host/host/artifacts/ignore/ignore.ts';
import { readRules } from '@flux-host/host/artifacts/ignore/rules.ts';
import { pack } from '@flux-host/host/artifacts/pack.ts';
import { usageError } from '../command/errors.ts';
import type { Io } from '../io.ts';

export interface ContentOptions {
  /** A folder, a file, or `-` for standard input. */
  readonly path: string;
  /** In .gitignore form. */
  readonly ignore: readonly string[];
  readonly resolveSymlinks?: boolean;
  readonly io: Pick<Io, 'cwd' | 'stdin'>;
}

/** An archive that was made, as a file that is gone afterwards. */
export interface Content {
  readonly file: string;
  /** `sha256:…` of the archive before compression. */
  readonly diffId: string;
}

/**
 * Packs what a path leads to as Flux does: a folder, or one file by its own name.
 * @throws FluxError FLUX_E_CLI_USAGE when there is nothing at the path
 */
export async function withContent<T>(
  options: ContentOptions,
  use: (content: Content) => Promise<T>,
): Promise<T> {
  const work = await mkdtemp(join(tmpdir(), 'flux-artifact-'));
  try {
    const dir = await folderOf(options, work);
    const file = join(work, 'artifact.tgz');
    const target = await open(file, 'wx', 0o600);
    try {
      await pack({
        dir,
        ignore: filterOf(readRules(options.ignore.join('\n'))),
        write: (part) => writeAll(target.fd, part),
      });
    } finally {
      await target.close();
    }
    return await use({ file, diffId: await diffIdOf(file) });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function folderOf({ path, resolveSymlinks, io }: ContentOptions, work: string): Promise<string> {
  if (path === '') throw usageError('invalid path ""');
  const staged = join(work, 'content');
  if (path === '-') {
    await mkdir(staged);
    await writeFile(join(staged, 'manifests.yaml'), await inputOf(io.stdin));
    return staged;
  }
  const from = resolve(io.cwd, path);
  const found = await stat(from).catch(() => undefined);
  if (!found?.isDirectory() && !found?.isFile())
    throw usageError(`invalid path '${path}', must point to an existing directory or file`);
  if (found.isDirectory() && !resolveSymlinks) return from;
  await mkdir(staged);
  if (found.isFile()) await copyFile(from, join(staged, basename(from)));
  else await copyResolved(from, staged, new Set());
  return staged;
}

async function inputOf(stdin: Io['stdin']): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stdin) parts.push(Buffer.from(part));
  return Buffer.from(
    Buffer.concat(parts)
      .toString()
      .replace(/[\r\n]+$/, ''),
  );
}

/** Copies a folder with what its links lead to; a link to a folder above itself is left out. */
async function copyResolved(from: string, to: string, above: ReadonlySet<string>): Promise<void> {
  const real = await realpath(from);
  if (above.has(real)) return;
  for (const name of await readdir(from)) {
    const source = await realpath(join(from, name)).catch(() => {
      throw usageError(`resolving symlink ${join(from, name)}: there is nothing at its end`);
    });
    const found = await stat(source);
    if (found.isDirectory()) {
      await mkdir(join(to, name));
      await copyResolved(source, join(to, name), new Set([...above, real]));
    } else if (found.isFile()) {
      await copyFile(source, join(to, name));
    }
  }
}

async function diffIdOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file).pipe(createGunzip())) hash.update(part);
  return `sha256:${hash.digest('hex')}`;
}
