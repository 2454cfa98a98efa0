import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fluxOciTool } from '../../scripts/setup/test-servers.ts';
import { binary } from './servers/binary.ts';

/**
 * Flux's own library for artifacts: `push URL PATH SOURCE REVISION [IGNORED…]` prints the digest, `pull URL DIR` source, revision and digest.
 * Builds it unless that was done before.
 */
export async function fluxArtifacts(): Promise<(...args: readonly string[]) => Promise<string>> {
  const command = await binary(fluxOciTool);
  return async (...args) => (await promisify(execFile)(command, args)).stdout.trim();
}
