import { native } from '../native.ts';
import { show } from '../show.ts';

const write =
  (level: number) =>
  (...values: readonly unknown[]) =>
    native.log(level, values.map(show).join(' '));

export const console = {
  trace: write(0),
  debug: write(1),
  log: write(2),
  info: write(2),
  warn: write(3),
  error: write(4),
};
