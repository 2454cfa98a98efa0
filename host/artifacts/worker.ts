import { closeSync, openSync, renameSync, rmSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { toFailure } from '../threads/failure.ts';
import { parseDigest } from './digest.ts';
import { digestMismatch } from './errors.ts';
import { digestOf, readChunks, writeAtomically } from './files.ts';
import { filterOf, resolveFilter } from './ignore/ignore.ts';
import type { IgnoreFilter } from './ignore/types.ts';
import type { Job, JobName, JobReply, Jobs } from './jobs.ts';
import { type PackResult, pack, removeIgnored } from './pack.ts';
import { unpack } from './unpack.ts';

/** The thread that does what would block the main one: packing, unpacking, digests, deleting. One job at a time. */
parentPort?.on('message', async (job: Job) => {
  let reply: JobReply;
  try {
    reply = { output: await run(job) };
  } catch (error) {
    reply = { failure: toFailure(error) };
  }
  parentPort?.postMessage(reply);
});

async function run(job: Job): Promise<Jobs[JobName]['output']> {
  switch (job.name) {
    case 'pack':
      return runPack(job.input);
    case 'store':
      return runStore(job.input);
    case 'unpack':
      return runUnpack(job.input);
    case 'digest':
      return withFile(job.input.file, (fd) => digestOf(fd, job.input.algorithm));
    case 'remove':
      rmSync(job.input.path, { recursive: true, force: true });
      return undefined;
  }
}

async function runPack(input: Jobs['pack']['input']): Promise<Jobs['pack']['output']> {
  const ignore = await filterFor(input);
  let packed: PackResult | undefined;
  const stored = await writeAtomically(input, async (write) => {
    packed = await pack({ dir: input.dir, ignore, write });
  });
  const adopted = packed && input.adoptTo ? adopt(input.dir, input.adoptTo, packed) : undefined;
  return { ...stored, adopted };
}

function filterFor({ dir, ignore }: Jobs['pack']['input']): IgnoreFilter | undefined | Promise<IgnoreFilter> {
  if (!ignore) return undefined;
  return 'rules' in ignore ? filterOf(ignore.rules) : resolveFilter(dir, ignore);
}

/** Best effort: the artifact is stored already, and a tree that is not adopted is unpacked when somebody asks for it. */
function adopt(dir: string, target: string, packed: PackResult): { treeBytes: number } | undefined {
  if (packed.hasUnsafeNames) return undefined;
  try {
    removeIgnored(packed.ignored);
    renameSync(dir, target);
    return { treeBytes: packed.treeBytes };
  } catch {
    return undefined;
  }
}

async function runStore(input: Jobs['store']['input']): Promise<Jobs['store']['output']> {
  const { content } = input;
  if (typeof content !== 'string') return writeAtomically(input, (append) => append(content));
  return withFile(content, (fd) => writeAtomically(input, (append) => readChunks(fd, append)));
}

async function runUnpack({
  file,
  name,
  digest,
  dir,
  limits,
}: Jobs['unpack']['input']): Promise<{ treeBytes: number }> {
  const expected = parseDigest(digest);
  return withFile(file, async (fd) => {
    const actual = digestOf(fd, expected.algorithm);
    if (actual !== expected.text) throw digestMismatch(name, expected.text, actual);
    try {
      return await unpack(fd, dir, limits);
    } catch (error) {
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  });
}

async function withFile<T>(path: string, use: (fd: number) => T | Promise<T>): Promise<T> {
  const fd = openSync(path, 'r');
  try {
    return await use(fd);
  } finally {
    closeSync(fd);
  }
}
