import { posix } from 'node:path';
import { openResources, openSources, type SopsThreads } from '../sops/open-build.ts';
import type { OpenedStream } from '../sops/resources/stream.ts';
import type { BuildRequest } from './types.ts';

/** The decryption of one build: files before it, resources after it. */
export interface Opening {
  /** What the builder reads in place of encrypted files, by guest path. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /**
   * @param reads guest paths that the builder opened
   * @param mounts guest path → host folder
   * @throws FluxError that names the resource
   */
  open(
    stream: string,
    reads: readonly string[],
    mounts: Readonly<Record<string, string>>,
  ): Promise<OpenedStream>;
}

/** Without `spec.decryption` everything stays as it is. @throws FluxError that names the file */
export async function startOpening(threads: SopsThreads, request: BuildRequest): Promise<Opening> {
  const { decryption, signal, tree, spec } = request;
  if (!decryption) return { files: {}, open: async (stream) => ({ stream, secrets: [] }) };
  const context = { threads, decryption, signal };
  const folder = { root: tree.dir, folder: normalPath(request.path), components: componentsOf(spec) };
  const sources = await openSources(context, folder);
  const files = Object.entries(sources.files).map(([name, content]) => [`/in/${name}`, content] as const);
  return {
    files: Object.fromEntries(files),
    async open(stream, reads, mounts) {
      const opened = await openResources(context, stream, onDisk(reads, mounts));
      return { ...opened, secrets: [...new Set([...sources.secrets, ...opened.secrets])] };
    },
  };
}

/** What was read, by its names on disk. */
function onDisk(reads: readonly string[], mounts: Readonly<Record<string, string>>): string[] {
  return reads.flatMap((name) => {
    const point = Object.keys(mounts).find((mount) => name.startsWith(`${mount}/`));
    return point === undefined ? [] : [`${mounts[point]}${name.slice(point.length)}`];
  });
}

/** `spec.path` as the contract has it: `./apps/` is `apps`. */
export function normalPath(path: string): string {
  const clean = posix.normalize(`/${path}`).replace(/^\/+|\/+$/g, '');
  return clean === '.' ? '' : clean;
}

/** `spec.components`, as far as it is one. */
export function componentsOf(spec: object): string[] {
  const components = 'components' in spec && Array.isArray(spec.components) ? spec.components : [];
  return components.filter((name) => typeof name === 'string');
}
