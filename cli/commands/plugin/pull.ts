import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatReference, parseReference } from '@flux-host/host/oci/reference.ts';
import { oneArgument } from '../../command/arguments.ts';
import { usageError } from '../../command/errors.ts';
import type { Command } from '../../command/types.ts';
import { fetchModule, fetchPlugin } from '../../plugin/oci/artifact.ts';
import { withRegistry } from '../../plugin/oci/client.ts';
import { ociFlags } from '../../plugin/oci/flags.ts';
import { isOci } from '../../plugin/wasm/reference.ts';
import { sizeText } from '../../plugin/wasm/size.ts';

/** `flux plugin pull` */
export const pull: Command = {
  name: 'pull',
  usage: 'oci://<repository>:<tag>',
  short: 'Download a Wasm plugin',
  long: 'The plugin pull command fetches the module of a plugin from an OCI registry into a file. It is not installed.',
  example: `  # Look into a plugin before it is used
  flux plugin pull oci://registry.example.com/my-notifier:1.0.0 -o my-notifier.wasm`,
  flags: {
    output: { type: 'string', short: 'o', about: 'file to write; default: <name>.wasm' },
    ...ociFlags,
  },
  async run(invocation) {
    const { args, flags, io, log, signal } = invocation;
    const what = oneArgument(args);
    if (!isOci(what)) throw usageError(`${what} is no address of a registry: oci://<repository>:<tag>`);
    const ref = parseReference(what);
    await withRegistry(ref, invocation, async (client) => {
      log.action(`pulling ${formatReference(ref)}`);
      const plugin = await fetchPlugin(ref, client, signal);
      const wasm = await fetchModule(plugin, client, signal);
      const file = flags.text('output') || `${plugin.manifest.name}.wasm`;
      await writeFile(resolve(io.cwd, file), wasm);
      log.success(`${file}  ${sizeText(wasm.length)}  ${plugin.module.digest}`);
    });
  },
};
