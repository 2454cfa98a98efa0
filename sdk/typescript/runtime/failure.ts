import type { PluginFailure } from '../../contract/failure.ts';
import { FileError } from '../library/file-error.ts';
import { HostError } from '../library/host-error.ts';
import { PluginError } from '../library/plugin-error.ts';
import { show } from './show.ts';
import { placeOf } from './stack.ts';

/** An error and its causes, the outermost first. */
function chainOf(error: Error): Error[] {
  const chain = [error];
  for (let { cause } = error; cause instanceof Error && chain.length < 8; { cause } = cause)
    chain.push(cause);
  return chain;
}

/** A failure that somebody meant, and not a fault of the code. */
export function isExpected(error: unknown): boolean {
  return error instanceof PluginError || error instanceof HostError || error instanceof FileError;
}

function messageOf(error: Error): string {
  const message = error.message || 'it failed without saying why';
  if (isExpected(error)) return message;
  const place = placeOf(error);
  const named = error.name === 'Error' ? message : `${error.name}: ${message}`;
  return place === null ? named : `${named} (${place})`;
}

/** Messages from the outermost to the innermost; one that the one before it ends with already is not said twice. */
function joined(messages: readonly string[]): string {
  return messages.filter((text, index) => index === 0 || !messages[index - 1]?.endsWith(text)).join(': ');
}

/** What the host is told of a value that was thrown. */
export function failureOf(thrown: unknown): PluginFailure {
  if (!(thrown instanceof Error))
    return { message: `the plugin threw something that is no error: ${show(thrown)}` };
  const chain = chainOf(thrown);
  const told = chain.filter((error) => error instanceof PluginError || error instanceof HostError);
  const reason = chain.find((error) => error instanceof PluginError)?.reason;
  const hint = told.find(({ hint }) => hint !== undefined)?.hint;
  const terminal = told.find(({ terminal }) => terminal !== undefined)?.terminal;
  const retryAfterMs = told.find(({ retryAfterMs }) => retryAfterMs !== undefined)?.retryAfterMs;
  return {
    message: joined(chain.map(messageOf)),
    ...(reason === undefined ? {} : { reason }),
    ...(hint === undefined ? {} : { hint }),
    ...(terminal === undefined ? {} : { terminal }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs: Math.max(0, Math.round(retryAfterMs)) }),
  };
}
