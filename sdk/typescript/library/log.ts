import { native } from '../runtime/native.ts';

const write = (level: number) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
  native.log(level, fields === undefined ? message : `${message} ${JSON.stringify(fields)}`);

/** Writes to the log of the host, which adds the names of the plugin and the namespace. Never log secrets. */
export const log = {
  trace: write(0),
  debug: write(1),
  info: write(2),
  warn: write(3),
  error: write(4),
} as const;
