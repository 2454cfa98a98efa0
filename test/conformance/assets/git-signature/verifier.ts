import { join } from 'node:path';
import { createPlugins } from '@flux-host/host/plugins/plugins.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import type { CheckSignature } from '@flux-host/host/signature/git/verify.ts';

/** The git plugin in the host's sandbox, for signatures. */
export interface Verifier {
  readonly check: CheckSignature;
  close(): Promise<void>;
}

const plugins = join(import.meta.dirname, '../../../../.build/plugins');

export async function openVerifier(): Promise<Verifier> {
  const sandbox = createSandbox({ slots: 1 });
  const host = await createPlugins({
    sandbox,
    dirs: [plugins],
    onError: (error) => {
      throw error;
    },
  });
  return {
    async check(input) {
      const { output } = await host.call<{ key: string }>({
        kind: 'source',
        type: 'GitRepository',
        operation: 'verify',
        namespace: 'conformance',
        input,
      });
      return output;
    },
    async close() {
      host.close();
      await sandbox.close();
    },
  };
}
