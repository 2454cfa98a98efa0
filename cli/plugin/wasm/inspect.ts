import { sha256 } from '@flux-host/host/oci/digest.ts';
import { parseReference } from '@flux-host/host/oci/reference.ts';
import { moduleExports, moduleImports } from '@flux-host/host/sandbox/interface.ts';
import type { Invocation } from '../../command/types.ts';
import { fetchPlugin, manifestOf } from '../oci/artifact.ts';
import { withRegistry } from '../oci/client.ts';
import type { Description } from './describe.ts';
import { readModule } from './module.ts';
import { isOci } from './reference.ts';

/**
 * What is known of a plugin in a file or a registry.
 * @throws FluxError FLUX_E_CLI_PLUGIN_INPUT when it is none
 */
export async function describePlugin(what: string, invocation: Invocation): Promise<Description> {
  if (!isOci(what)) return describeModule(await readModule(what, invocation.io.cwd), what);
  const ref = parseReference(what);
  const { manifest, module } = await withRegistry(ref, invocation, (client) =>
    fetchPlugin(ref, client, invocation.signal),
  );
  return { manifest, digest: module.digest, size: module.size };
}

/** @throws FluxError FLUX_E_CLI_PLUGIN_INPUT when the bytes are no plugin */
export function describeModule(wasm: Uint8Array, what: string): Description {
  const manifest = manifestOf(wasm, what);
  return {
    manifest,
    digest: sha256(wasm),
    size: wasm.length,
    exports: moduleExports(wasm)
      .filter(({ kind }) => kind === 'function')
      .map(({ name }) => name),
    imports: moduleImports(wasm).map(({ module, name }) => `${module}.${name}`),
  };
}
