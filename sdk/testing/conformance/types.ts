import type { PluginKind } from '../../contract/manifest.ts';
import type { RecordedAnswer } from '../recorded.ts';
import type { OpenPlugin } from '../types.ts';

/** What a plugin needs to be tried with the golden examples, and what of them does not fit it. */
export interface ConformanceSetup {
  /** Settings that the plugin accepts, in place of those of the examples. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Entries of the Secret, as text. */
  readonly secret?: Readonly<Record<string, string>>;
  /** Address of the Provider, where the one of the examples will not do. */
  readonly address?: string;
  /** What is below `/in`; the examples build the folder `apps`. */
  readonly files?: Readonly<Record<string, string>>;
  /** What servers answer: the first whose `url` is part of the address. Default: status 200 with `{}`. */
  readonly respond?: readonly (RecordedAnswer & { readonly url?: string })[];
  /** Name of a check → why it does not apply. */
  readonly skip?: Readonly<Record<string, string>>;
}

/** One thing that the host relies on. */
export interface Check {
  /** A sentence about the plugin; with the kind in front it names the check. */
  readonly name: string;
  /** @returns undefined when it holds, else what is wrong */
  run(): Promise<string | undefined>;
}

export interface CheckOutcome {
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly detail?: string;
}

/** What the checks of one use of a plugin work with. */
export interface Subject {
  readonly plugin: OpenPlugin;
  readonly kind: PluginKind;
  readonly type: string;
  readonly setup: ConformanceSetup;
}
