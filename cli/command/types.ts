import type { Cluster } from '../cluster/connect.ts';
import type { Io } from '../io.ts';
import type { Log } from '../output/log.ts';

export type FlagType = 'string' | 'bool' | 'int' | 'duration' | 'list';

/** A flag as a command declares it. */
export interface Flag {
  readonly type: FlagType;
  /** Letter for `-x`. */
  readonly short?: string;
  /** As the user would write it; absent is the empty value of the type. */
  readonly default?: string;
  readonly about: string;
  /** Shown in place of the type's name in help, e.g. `rsa|ecdsa|ed25519`. */
  readonly typeName?: string;
  readonly hidden?: boolean;
  /** Works, but a warning with this text is printed. */
  readonly deprecated?: string;
  /** Not accepted by this version; why. */
  readonly refused?: string;
  /** Offered by the shell. */
  readonly choices?: readonly string[];
  /** Returns what is wrong with a value, in Flux's words; undefined when it is fine. */
  check?(value: string): string | undefined;
}

export type Flags = Readonly<Record<string, Flag>>;

/** Values of the flags of a command and of those above it. Asking for a flag that is not declared throws a plain Error. */
export interface FlagValues {
  text(name: string): string;
  is(name: string): boolean;
  number(name: string): number;
  milliseconds(name: string): number;
  list(name: string): string[];
  /** Whether the command has such a flag. */
  has(name: string): boolean;
  /** Whether the user gave it. */
  given(name: string): boolean;
}

/** What a command gets to run. */
export interface Invocation {
  readonly args: readonly string[];
  readonly flags: FlagValues;
  readonly io: Io;
  readonly log: Log;
  /** Namespace to work in, from `--namespace` and its fallbacks. */
  readonly namespace: string;
  /** `--timeout` in milliseconds. */
  readonly timeoutMs: number;
  /** Aborts at the timeout or when the user interrupts. */
  readonly signal: AbortSignal;
  /** Aborts when the user interrupts, and at the timeout only if the user gave one: for commands that stream. */
  readonly streamSignal: AbortSignal;
  /** The cluster that the flags name; connections are closed after the command. */
  cluster(): Promise<Cluster>;
}

/** What can be known of a command without loading it. */
export interface CommandInfo {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line for the list of commands. */
  readonly short: string;
  readonly hidden?: boolean;
  /** Heading in the list of commands; those without one stand together. */
  readonly group?: string;
}

/** What a shell gets to offer. */
export interface Completion {
  /** `name<TAB>description` */
  readonly candidates: readonly string[];
  /** Number of cobra's ShellCompDirective. */
  readonly directive: number;
}

/** A program beside this one: it gets its words as they are, flags and all. */
export interface ExternalProgram {
  /** @returns the exit code */
  run(words: readonly string[], io: Io): Promise<number>;
  /** @param words the last one is being typed */
  complete(words: readonly string[], io: Io): Promise<Completion>;
}

/** A command, or a group of commands when it has `commands`. */
export interface Command extends CommandInfo {
  /** What follows the name in the usage line, e.g. `[name]`. */
  readonly usage?: string;
  readonly long?: string;
  readonly example?: string;
  readonly flags?: Flags;
  /** Flags that its sub-commands have too. */
  readonly sharedFlags?: Flags;
  /** Refuses arguments. */
  readonly noArguments?: boolean;
  /** Exit code when it fails; default 1. */
  readonly failureCode?: number;
  readonly commands?: readonly CommandEntry[];
  run?(invocation: Invocation): Promise<void>;
  /** Does the work in place of `run`. */
  readonly external?: ExternalProgram;
  /** Its arguments are files, which the shell knows better. */
  readonly takesFiles?: boolean;
  /** Candidates for the next argument. */
  complete?(invocation: Invocation): Promise<readonly string[]>;
}

/** A command whose module is loaded when it is used: keeps the start of `flux` short. */
export interface LazyCommand extends CommandInfo {
  load(): Promise<Command>;
}

export type CommandEntry = Command | LazyCommand;
