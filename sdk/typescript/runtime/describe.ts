import { mapStack } from './stack.ts';

/** Name, message and stack of an error and of what caused it, for the log. */
export function describeError(error: Error, depth = 0): string {
  const stack = error.stack ? `\n${mapStack(error.stack)}` : '';
  const { cause } = error;
  if (cause === undefined || depth > 8) return `${error.name}: ${error.message}${stack}`;
  const why = cause instanceof Error ? describeError(cause, depth + 1) : String(cause);
  return `${error.name}: ${error.message}${stack}\ncaused by ${why}`;
}
