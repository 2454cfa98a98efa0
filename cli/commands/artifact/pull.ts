import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatReference } from '@flux-host/host/oci/reference.ts';
import { registryFlags } from '../../artifact/flags.ts';
import { extractLayer, fetchManifest, firstLayer } from '../../artifact/pull.ts';
import { artifactAddress } from '../../artifact/reference.ts';
import { annotation } from '../../artifact/types.ts';
import { usageError } from '../../command/errors.ts';
import type { Command } from '../../command/types.ts';
import { withRegistry } from '../../plugin/oci/client.ts';

/** `flux pull artifact` */
export const pullArtifactCommand: Command = {
  name: 'artifact',
  short: 'Pull artifact',
  long: `The pull artifact command downloads and extracts the OCI artifact content to the given path.
The command can read the credentials from '~/.docker/config.json' but they can also be passed with --creds. It can also login to a supported provider with the --provider flag.`,
  example: `  # Pull an OCI artifact
  flux pull artifact oci://registry.example.com/org/manifests/app:v0.0.1 --output ./path/to/local/manifests`,
  flags: {
    output: {
      type: 'string',
      short: 'o',
      about: 'path where the artifact content should be extracted.',
    },
    ...registryFlags,
  },
  async run(invocation) {
    const { args, flags, io, log, signal } = invocation;
    const { ref, shown } = artifactAddress(args, 'artifact URL is required');
    const output = flags.text('output');
    if (!output) throw usageError('output path cannot be empty');
    const target = resolve(io.cwd, output);
    if (!(await stat(target).catch(() => undefined))?.isDirectory())
      throw usageError(`invalid output path "${output}": it is no folder`);
    await withRegistry(ref, invocation, async (client) => {
      log.action(`pulling artifact from ${shown}`);
      const { manifest, digest } = await fetchManifest(ref, client, signal);
      await extractLayer({ ref, layer: firstLayer(manifest), client, signal }, target);
      const { [annotation.source]: source, [annotation.revision]: revision } = manifest.annotations ?? {};
      if (source) log.success(`source ${source}`);
      if (revision) log.success(`revision ${revision}`);
      log.success(`digest ${formatReference({ registry: ref.registry, name: ref.name, digest })}`);
      log.success(`artifact content extracted to ${output}`);
    });
  },
};
