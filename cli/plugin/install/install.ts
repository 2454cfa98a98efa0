import { formatReference, parseReference } from '@flux-host/host/oci/reference.ts';
import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import type { Invocation } from '../../command/types.ts';
import { inputError } from '../errors.ts';
import { fetchModule, fetchPlugin } from '../oci/artifact.ts';
import { withRegistry } from '../oci/client.ts';
import { checkModule } from '../wasm/check.ts';
import { readModule } from '../wasm/module.ts';
import { isOci } from '../wasm/reference.ts';
import { installInCluster } from './cluster.ts';
import { commandsOf, installCommand } from './command.ts';
import { signerOf } from './signer.ts';
import { agree } from './terms.ts';

type IsTaken = (name: string) => boolean;

/**
 * Installs a Wasm plugin: what it provides for the host into the cluster, what it provides for the command line into the plugin folder.
 * @throws FluxError FLUX_E_CLI_PLUGIN_INPUT, FLUX_E_CLI_PLUGIN_INSTALL, FLUX_E_PLUGIN_…, FLUX_E_OCI_…, FLUX_E_SIGNATURE_…
 */
export async function installWasm(what: string, isTaken: IsTaken, invocation: Invocation): Promise<void> {
  if (!isOci(what)) return installFile(what, isTaken, invocation);
  const { log, signal } = invocation;
  const ref = parseReference(what);
  await withRegistry(ref, invocation, async (client) => {
    log.action(`looking at ${formatReference(ref)}`);
    const remote = await fetchPlugin(ref, client, signal);
    const wasm = await fetchModule(remote, client, signal);
    const { manifest } = await checkModule(wasm);
    if (hostUses(manifest)) await installInCluster(remote, client, invocation);
    if (commandsOf(manifest).length === 0) return;
    if (!hostUses(manifest)) {
      await signerOf(remote, client, invocation);
      await agree(manifest, invocation);
    }
    await installHere({ wasm, manifest, source: what }, isTaken, invocation);
  });
}

async function installFile(file: string, isTaken: IsTaken, invocation: Invocation): Promise<void> {
  const wasm = await readModule(file, invocation.io.cwd);
  const { manifest } = await checkModule(wasm);
  if (commandsOf(manifest).length === 0) {
    const kinds = [...new Set(manifest.provides.map(({ kind }) => kind))].join(', ');
    throw inputError(
      `${file} adds no command; it is for the cluster (${kinds})`,
      'publish it with "flux plugin push", then install it by its address, oci://…',
    );
  }
  if (hostUses(manifest)) {
    invocation.log.warning(
      'only its command is installed: the rest is for the cluster, by its address oci://…',
    );
  }
  await agree(manifest, invocation);
  await installHere({ wasm, manifest }, isTaken, invocation);
}

interface Here {
  readonly wasm: Uint8Array;
  readonly manifest: PluginManifest;
  readonly source?: string;
}

async function installHere(
  { wasm, manifest, source }: Here,
  isTaken: IsTaken,
  { io, log }: Invocation,
): Promise<void> {
  const commands = await installCommand(wasm, manifest, { env: io.env, isTaken, ...(source && { source }) });
  log.success(`installed ${manifest.name} ${manifest.version}: flux ${commands.join(', flux ')}`);
}

/** Whether a plugin provides anything beside commands. */
function hostUses({ provides }: PluginManifest): boolean {
  return provides.some(({ kind }) => kind !== 'command');
}
