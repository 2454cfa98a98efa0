import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { busy } from './errors.ts';
import type { Layout } from './layout.ts';
import { isRunning } from './processes.ts';

/**
 * Runs `work` while no other process starts or stops the control plane in the same directory.
 * @throws FluxError FLUX_E_LOCAL_BUSY when another process does
 */
export async function exclusively<T>(layout: Layout, work: () => Promise<T>): Promise<T> {
  const file = join(layout.run, 'lock');
  acquire(file, layout);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function acquire(file: string, layout: Layout): void {
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const owner = Number(readFileSync(file, 'utf8'));
    // A process that was killed leaves its lock behind.
    if (attempt > 0 || (owner > 0 && isRunning(owner))) throw busy(layout.dir, owner);
    rmSync(file, { force: true });
  }
}
