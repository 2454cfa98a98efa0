import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from '../document/document.ts';
import { openFile } from '../document/open.ts';
import { documentFailed, sourceFailed } from '../errors.ts';
import { type DataKeys, keyFor, type WrappedDataKey, wrappedKeyOf } from '../keys/wrapped.ts';
import { keysOfStream, type OpenedStream, openStream } from '../resources/stream.ts';
import { SourceFault } from '../sources/fault.ts';
import { type EncryptedSource, findSources } from '../sources/find.ts';

/** Where a build starts. */
export interface SourceFolder {
  /** Root of the tree, absolute. */
  readonly root: string;
  /** Relative to the root. */
  readonly folder: string;
  /** `spec.components` */
  readonly components: readonly string[];
}

/** What is done in a worker thread: reading, parsing and decrypting can take a while. */
export type SopsTask =
  | { readonly kind: 'find-sources'; readonly in: SourceFolder }
  | {
      readonly kind: 'open-sources';
      readonly root: string;
      readonly sources: readonly EncryptedSource[];
      readonly keys: DataKeys;
    }
  | { readonly kind: 'find-keys'; readonly stream: string }
  | {
      readonly kind: 'open-stream';
      readonly stream: string;
      readonly keys: DataKeys;
      readonly files: readonly string[];
    };

/** What each kind of task gives. */
export interface SopsResults {
  readonly 'find-sources': FoundSources;
  readonly 'open-sources': OpenedSources;
  readonly 'find-keys': readonly WrappedDataKey[];
  readonly 'open-stream': OpenedStream;
}

export interface FoundSources {
  readonly sources: readonly EncryptedSource[];
  readonly keys: readonly WrappedDataKey[];
}

export interface OpenedSources {
  /** Content in plain by path. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly secrets: readonly string[];
}

/** @throws FluxError */
export function runSopsTask(task: SopsTask): SopsResults[SopsTask['kind']] {
  switch (task.kind) {
    case 'find-sources':
      return find(task.in);
    case 'open-sources':
      return open(task.root, task.sources, task.keys);
    case 'find-keys':
      return keysOfStream(task.stream);
    case 'open-stream':
      return openStream(task.stream, task.keys, task.files);
  }
}

function find({ root, folder, components }: SourceFolder): FoundSources {
  try {
    const sources = findSources(root, folder, components);
    const keys = new Map<string, WrappedDataKey>();
    for (const source of sources) {
      const wrapped = inSource(source, () =>
        wrappedKeyOf(readDocument(contentOf(root, source), source.format).metadata),
      );
      keys.set(wrapped.id, wrapped);
    }
    return { sources, keys: [...keys.values()] };
  } catch (error) {
    throw error instanceof SourceFault ? sourceFailed(error.message) : error;
  }
}

function open(root: string, sources: readonly EncryptedSource[], keys: DataKeys): OpenedSources {
  const files: Record<string, Uint8Array> = {};
  const secrets = new Set<string>();
  for (const source of sources) {
    const { format } = source;
    const opened = inSource(source, () => {
      const text = contentOf(root, source);
      const { metadata } = readDocument(text, format);
      return openFile(text, keyFor(keys, metadata), { from: format, to: format });
    });
    files[source.path] = new TextEncoder().encode(opened.text);
    for (const secret of opened.secrets) secrets.add(secret);
  }
  return { files, secrets: [...secrets] };
}

const contentOf = (root: string, { path }: EncryptedSource): string => readFileSync(join(root, path), 'utf8');

function inSource<T>({ path }: EncryptedSource, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw documentFailed(`error decrypting sources: ${path}`, error);
  }
}
