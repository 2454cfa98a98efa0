import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { helmTool } from '../../scripts/setup/test-servers.ts';
import type { Step } from '../../scripts/steps.ts';
import { binary } from './servers/binary.ts';

/** The real helm, with a home of its own. */
export interface Helm {
  /** Runs it. @returns what it wrote @throws Error with what it says */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  close(): Promise<void>;
}

/** Builds helm unless that was done before, which takes some minutes. */
export function startHelm(): Promise<Helm> {
  return startTool(helmTool);
}

/** As {@link startHelm}, of another version. */
export async function startTool(tool: Step): Promise<Helm> {
  const command = await binary(tool);
  const home = await mkdtemp(join(tmpdir(), 'flux-host-helm-'));
  return {
    async run(args, env = {}) {
      const { stdout } = await promisify(execFile)(command, [...args], {
        env: { HOME: home, PATH: process.env['PATH'] ?? '', ...env },
        maxBuffer: 64 * 2 ** 20,
      });
      return stdout;
    },
    close: () => rm(home, { recursive: true, force: true }),
  };
}
