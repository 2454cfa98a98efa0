import { checkSchemas } from '@flux-host/host/plugins/config/schema.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import type { LoadedPlugin } from '@flux-host/host/sandbox/types.ts';

/**
 * Checks a module as a host does before it uses one: format, imports and exports, memory, manifest, schemas, and whether it compiles.
 * @throws FluxError FLUX_E_PLUGIN_…
 */
export async function checkModule(wasm: Uint8Array): Promise<LoadedPlugin> {
  const sandbox = createSandbox({ slots: 1 });
  try {
    const plugin = await sandbox.load(wasm);
    checkSchemas(plugin.manifest);
    return plugin;
  } finally {
    await sandbox.close();
  }
}
