import { oneLine } from '../plugin-text.ts';
import type { CallLimits } from '../types.ts';

/** What a call has been given and has given so far. */
export interface CallState {
  input: Uint8Array;
  output: Uint8Array | null;
  failure: string | null;
  /** The document that the last host function left. */
  answer: Uint8Array | null;
  /** Of Extism's `http_request`. */
  status: number;
  headers: Readonly<Record<string, string>>;
  config: Readonly<Record<string, string>>;
  limits: CallLimits;
  log: LogBudget;
}

/** Before the first call. */
export function emptyState(log: (level: number, message: string) => void): CallState {
  return {
    input: new Uint8Array(0),
    output: null,
    failure: null,
    answer: null,
    status: 0,
    headers: {},
    config: {},
    limits: { timeoutMs: 0, outputBytes: 0, outFileBytes: 0, outFiles: 0 },
    log: logBudget(log),
  };
}

/** The answer of a plugin is larger than the call allows. */
export class OutputTooLarge extends Error {}

/** @throws OutputTooLarge */
export function checkOutput(bytes: number, limits: CallLimits): void {
  if (bytes > limits.outputBytes) {
    throw new OutputTooLarge(`its answer has ${bytes} bytes, at most ${limits.outputBytes} are allowed`);
  }
}

/** Keeps a plugin from flooding the log. */
export interface LogBudget {
  write(level: number, message: string): void;
  /** Says how much was dropped. */
  end(): void;
}

const mostLines = 1000;
const mostCharacters = 256 * 1024;
const longestLine = 8192;
const warn = 3;

export function logBudget(emit: (level: number, message: string) => void): LogBudget {
  let lines = 0;
  let characters = 0;
  let dropped = 0;
  return {
    write(level, message) {
      const text = oneLine(message.length > longestLine ? `${message.slice(0, longestLine)}…` : message);
      if (lines >= mostLines || characters + text.length > mostCharacters) {
        dropped += 1;
        return;
      }
      lines += 1;
      characters += text.length;
      emit(level, text);
    },
    end() {
      if (dropped > 0) emit(warn, `${dropped} more log lines of this call were dropped`);
      lines = characters = dropped = 0;
    },
  };
}
