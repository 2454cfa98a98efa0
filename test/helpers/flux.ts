import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fluxTool } from '../../scripts/setup/flux-cli.ts';
import { binary } from './servers/binary.ts';

/** Flux's own command line, with a home of its own. */
export interface FluxCommand {
  /** Runs it. @returns both of its outputs @throws Error with what it says */
  run(...args: readonly string[]): Promise<{ stdout: string; stderr: string }>;
  close(): Promise<void>;
}

/** Builds Flux's command line unless that was done before, which takes some minutes. */
export async function startFluxCommand(): Promise<FluxCommand> {
  const command = await binary(fluxTool);
  const home = await mkdtemp(join(tmpdir(), 'flux-host-flux-'));
  const env = { HOME: home, PATH: process.env['PATH'] ?? '' };
  return {
    run: (...args) => promisify(execFile)(command, args, { env }),
    close: () => rm(home, { recursive: true, force: true }),
  };
}
