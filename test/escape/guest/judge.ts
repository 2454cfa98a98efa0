import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { checkSchemas } from '@flux-host/host/plugins/config/schema.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';

/** Judges modules as an installation does: by their file first, then by compiling them. */
export interface Judge {
  /** The code and message of the refusal; undefined when the module was taken. @throws what is no FluxError */
  verdict(module: Uint8Array): Promise<{ code: string; message: string } | undefined>;
  close(): Promise<void>;
}

export function createJudge(): Judge {
  const sandbox = createSandbox({ slots: 1 });
  const dir = mkdtempSync(join(tmpdir(), 'escape-module-'));
  const file = join(dir, 'module.wasm');
  return {
    async verdict(module) {
      writeFileSync(file, module);
      try {
        checkSchemas((await sandbox.inspect(file)).manifest);
        await sandbox.load(module);
        return undefined;
      } catch (error) {
        if (error instanceof FluxError) return { code: error.code, message: error.message };
        throw error;
      }
    },
    async close() {
      await sandbox.close();
      rmSync(dir, { recursive: true });
    },
  };
}
