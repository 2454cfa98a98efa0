import type { Io } from '../io.ts';

/** Lines for people, each with Flux's symbol, on stderr. */
export interface Log {
  action(text: string): void;
  generate(text: string): void;
  waiting(text: string): void;
  success(text: string): void;
  warning(text: string): void;
  failure(text: string): void;
}

export function createLog(io: Pick<Io, 'err'>): Log {
  const line = (symbol: string) => (text: string) => io.err(`${symbol} ${text}\n`);
  return {
    action: line('►'),
    generate: line('✚'),
    waiting: line('◎'),
    success: line('✔'),
    warning: line('⚠️'),
    failure: line('✗'),
  };
}
