import { formatReference, isTag } from '@flux-host/host/oci/reference.ts';
import { registryFlags } from '../../artifact/flags.ts';
import { artifactAddress } from '../../artifact/reference.ts';
import { usageError } from '../../command/errors.ts';
import type { Command } from '../../command/types.ts';
import { withRegistry } from '../../plugin/oci/client.ts';

/** `flux tag artifact` */
export const tagArtifactCommand: Command = {
  name: 'artifact',
  short: 'Tag artifact',
  long: `The tag artifact command creates tags for the given OCI artifact.
The command can read the credentials from '~/.docker/config.json' but they can also be passed with --creds. It can also login to a supported provider with the --provider flag.`,
  example: `  # Tag an artifact version as latest
  flux tag artifact oci://registry.example.com/org/manifests/app:v0.0.1 --tag latest`,
  flags: { tag: { type: 'list', about: 'tag name' }, ...registryFlags },
  async run(invocation) {
    const { args, flags, log, signal } = invocation;
    const { ref } = artifactAddress(args, 'artifact name is required');
    const tags = flags.list('tag');
    if (tags.length === 0) throw usageError('--tag is required');
    const wrong = tags.find((tag) => !isTag(tag));
    if (wrong !== undefined) throw usageError(`"${wrong}" is no tag`);
    await withRegistry(ref, invocation, async (client) => {
      log.action('tagging artifact');
      const { registry, name } = ref;
      for (const tag of tags) {
        await client.tag(ref, tag, { signal });
        log.success(`artifact tagged as ${formatReference({ registry, name, tag })}`);
      }
    });
  },
};
