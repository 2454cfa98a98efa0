import type { DataKeys, WrappedDataKey } from './keys/wrapped.ts';
import type { OpenedStream } from './resources/stream.ts';
import type { Decryption } from './types.ts';
import type { OpenedSources, SopsResults, SopsTask, SourceFolder } from './work/tasks.ts';

/** Runs the parts of the work that take time somewhere else than on the main thread. */
export interface SopsThreads {
  run<Kind extends SopsTask['kind']>(
    task: Extract<SopsTask, { kind: Kind }>,
    signal: AbortSignal,
  ): Promise<SopsResults[Kind]>;
}

/** What the decryption of one build works with. */
export interface OpenContext {
  readonly threads: SopsThreads;
  readonly decryption: Decryption;
  readonly signal: AbortSignal;
}

/**
 * Decrypts the files that generators and patches read, before the build: their content goes into names and other objects. Nothing is
 * written to disk.
 * @throws FluxError with reason BuildFailed
 */
export async function openSources(context: OpenContext, folder: SourceFolder): Promise<OpenedSources> {
  const { threads, signal } = context;
  const { sources, keys } = await threads.run({ kind: 'find-sources', in: folder }, signal);
  if (sources.length === 0) return { files: {}, secrets: [] };
  const dataKeys = await unwrapped(context, keys);
  return threads.run({ kind: 'open-sources', root: folder.root, sources, keys: dataKeys }, signal);
}

/**
 * Decrypts the resources that were built.
 * @param files that they were built from, absolute: MACs are checked against these
 * @throws FluxError with reason BuildFailed that names the resource
 */
export async function openResources(
  context: OpenContext,
  stream: string,
  files: readonly string[],
): Promise<OpenedStream> {
  const { threads, signal } = context;
  const wrapped = await threads.run({ kind: 'find-keys', stream }, signal);
  if (wrapped.length === 0) return { stream, secrets: [] };
  const keys = await unwrapped(context, wrapped);
  return threads.run({ kind: 'open-stream', stream, keys, files }, signal);
}

/** Calls to key services at a time, for one build. */
const atOnce = 4;

async function unwrapped(
  { decryption, signal }: OpenContext,
  wrapped: readonly WrappedDataKey[],
): Promise<DataKeys> {
  const keys: Record<string, Uint8Array> = {};
  const queue = [...wrapped];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      keys[next.id] = await decryption.dataKey(next, signal);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, work));
  return keys;
}
