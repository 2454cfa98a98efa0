import type { ThreadFailure } from '../threads/failure.ts';
import type { DigestAlgorithm } from './digest.ts';
import type { AtomicFile } from './files.ts';
import type { IgnoreOptions, IgnoreRule } from './ignore/types.ts';
import type { UnpackLimits } from './unpack.ts';

/** What the worker thread can be asked to do. Plain data. */
export interface Jobs {
  /** Packs a folder into a file; `adoptTo`: then strips the folder of what was ignored and moves it there. */
  pack: {
    readonly input: AtomicFile & {
      readonly dir: string;
      readonly ignore?: { readonly rules: readonly IgnoreRule[] } | IgnoreOptions | undefined;
      readonly adoptTo?: string | undefined;
    };
    readonly output: Stored & { readonly adopted?: { readonly treeBytes: number } | undefined };
  };
  /** Copies a file, or bytes, into a file. */
  store: { readonly input: AtomicFile & { readonly content: string | Uint8Array }; readonly output: Stored };
  /** Checks a file's digest, then unpacks it into a new folder; on failure the folder is gone. */
  unpack: {
    readonly input: {
      readonly file: string;
      /** What the file is called in messages. */
      readonly name: string;
      readonly digest: string;
      readonly dir: string;
      readonly limits: UnpackLimits;
    };
    readonly output: { readonly treeBytes: number };
  };
  digest: {
    readonly input: { readonly file: string; readonly algorithm: DigestAlgorithm };
    readonly output: string;
  };
  /** Deletes a file or folder, if it is there. */
  remove: { readonly input: { readonly path: string }; readonly output: undefined };
}

export interface Stored {
  readonly digest: string;
  readonly size: number;
}

export type JobName = keyof Jobs;

export type Job = {
  [Name in JobName]: { readonly name: Name; readonly input: Jobs[Name]['input'] };
}[JobName];

export type JobReply = { readonly output: Jobs[JobName]['output'] } | { readonly failure: ThreadFailure };
