import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isRecord, type Json } from '@flux-host/host/json.ts';
import type { CloudContext } from './types.ts';

const timeoutMs = 30_000;

/**
 * Asks the command line of a cloud, which knows every way to log in.
 * @returns its answer; undefined when it is not installed, or nobody is logged in to it
 */
export async function askProgram(
  [program, ...args]: readonly [string, ...string[]],
  { env, signal }: Pick<CloudContext, 'env' | 'signal'>,
): Promise<Json | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      env: { ...env },
      timeout: timeoutMs,
      signal,
    });
    const answer: unknown = JSON.parse(stdout);
    return isRecord(answer) ? answer : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
