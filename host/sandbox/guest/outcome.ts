import type { Outcome } from '../protocol.ts';
import { HostError } from './bridge.ts';
import { OutputTooLarge } from './call-state.ts';
import { KernelMemory } from './kernel.ts';
import { Errno } from './wasi/errno.ts';
import { GuestExit } from './wasi/system-functions.ts';

/** What is known about an instance that came to an end. */
export interface Remains {
  readonly stderr: readonly string[];
  readonly memoryBytes: number;
  readonly used: number;
}

/** Why a plugin's code did not return. */
export function outcomeOfError(thrown: unknown, { stderr, memoryBytes, used }: Remains): Outcome {
  if (thrown instanceof HostError) return { kind: 'host', failure: thrown.failure };
  if (thrown instanceof OutputTooLarge) return { kind: 'output-size', message: thrown.message };
  if (thrown instanceof KernelMemory) return { kind: 'memory', message: thrown.message };
  if (thrown instanceof Errno) return { kind: 'abi', message: 'a pointer leads outside of its memory' };
  if (!(thrown instanceof Error)) return { kind: 'trap', message: String(thrown) };
  if (thrown instanceof WebAssembly.LinkError) return { kind: 'abi', message: thrown.message };
  const said = lastWords(stderr);
  // A growth that fails is not visible from here; what is left to see is a plugin that stopped while it held nearly all.
  if (/out of memory|cannot allocate/i.test(`${said} ${thrown.message}`) || used > memoryBytes * 0.9) {
    return { kind: 'memory', message: said || thrown.message };
  }
  if (thrown instanceof RangeError && thrown.message.includes('call stack')) {
    return { kind: 'stack', message: 'its calls are nested too deeply' };
  }
  const what = thrown instanceof GuestExit ? thrown.message : `it stopped: ${thrown.message}`;
  return { kind: 'trap', message: said ? `${what} (${said})` : what };
}

/** The line of standard error that says most: Go's headline of a crash, or else the last one. */
function lastWords(stderr: readonly string[]): string {
  const headline = stderr.find((line) => /^(panic|fatal error|runtime: out of memory)/.test(line));
  return (headline ?? stderr.at(-1) ?? '').slice(0, 500);
}
