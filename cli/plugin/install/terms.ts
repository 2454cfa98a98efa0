import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import type { Flags, Invocation } from '../../command/types.ts';
import { tableText } from '../../output/table.ts';
import { confirm } from '../../prompt.ts';
import { requestRows } from '../wasm/describe.ts';

/** How a user agrees without being asked. */
export const consentFlags: Flags = {
  yes: { type: 'bool', short: 'y', about: 'grant what the plugin requests without asking' },
  'grant-all': { type: 'bool', about: 'the same as --yes' },
};

/**
 * Shows what a plugin asks for and asks whether it may have that.
 * @throws FluxError FLUX_E_CLI_ABORTED
 */
export async function agree(
  { name, version, description, requests }: PluginManifest,
  { flags, io }: Pick<Invocation, 'flags' | 'io'>,
): Promise<void> {
  io.err(`${name} ${version}: ${description}\n\n`);
  const rows = requestRows(requests);
  if (rows.length === 0) io.err('It requests nothing.\n\n');
  else io.err(`${tableText(['Requests', 'What'], rows)}\n`);
  if (flags.is('yes') || flags.is('grant-all')) return;
  await confirm(`Grant ${name} exactly this and install it`, io);
}
