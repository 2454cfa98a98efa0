import { goTime } from './time.ts';

const mostLines = 10;

interface Line {
  readonly text: string;
  readonly at: string;
  /** Of the last repetition. */
  lastAt: string;
  repeated: number;
}

/** The last lines that an action wrote: Flux shows them in the event of a failure. */
export interface ActionLog {
  append(text: string): void;
  clear(): void;
  /** Oldest first, in Flux's form; empty when nothing was written. */
  text(): string;
}

export function createActionLog(now: () => Date = () => new Date()): ActionLog {
  let lines: Line[] = [];
  return {
    append(text) {
      const at = goTime(now());
      const last = lines.at(-1);
      if (last?.text === text) {
        last.repeated += 1;
        last.lastAt = at;
        return;
      }
      lines = [...lines, { text, at, lastAt: at, repeated: 0 }].slice(-mostLines);
    },
    clear() {
      lines = [];
    },
    text: () => lines.map(format).join('\n'),
  };
}

function format({ text, at, lastAt, repeated }: Line): string {
  const first = `${at}: ${text}`;
  if (repeated === 0) return first;
  const omitted = repeated - 1;
  const note = omitted > 0 ? ` (${omitted} duplicate line${omitted > 1 ? 's' : ''} omitted)` : '';
  return `${first}\n${lastAt}: ${text}${note}`;
}
