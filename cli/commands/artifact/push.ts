import { formatReference } from '@flux-host/host/oci/reference.ts';
import { withContent } from '../../artifact/content.ts';
import { contentFlags, ignoredPaths, registryFlags, resolveFlag } from '../../artifact/flags.ts';
import { pushArtifact } from '../../artifact/push.ts';
import { artifactAddress } from '../../artifact/reference.ts';
import { usageError } from '../../command/errors.ts';
import type { Command, FlagValues } from '../../command/types.ts';
import { toYaml } from '../../output/yaml.ts';
import { withRegistry } from '../../plugin/oci/client.ts';

function annotationsFrom(flags: FlagValues): Record<string, string> {
  const pairs = flags.list('annotations').map((text) => {
    const [key = '', value, ...more] = text.split('=');
    if (value === undefined || more.length > 0)
      throw usageError(`invalid annotation ${text}, must be in the format key=value`);
    return [key, value] as const;
  });
  return Object.fromEntries(pairs);
}

/** `flux push artifact` */
export const pushArtifactCommand: Command = {
  name: 'artifact',
  short: 'Push artifact',
  long: `The push artifact command creates a tarball from the given directory or the single file and uploads the artifact to an OCI repository.
The command can read the credentials from '~/.docker/config.json' but they can also be passed with --creds. It can also login to a supported provider with the --provider flag.`,
  example: `  # Push manifests using the short Git SHA as the OCI artifact tag
  flux push artifact oci://registry.example.com/org/config/app:$(git rev-parse --short HEAD) \\
    --path="./path/to/local/manifests" \\
    --source="$(git config --get remote.origin.url)" \\
    --revision="$(git branch --show-current)@sha1:$(git rev-parse HEAD)"

  # Push manifests passed into stdin
  kustomize build . | flux push artifact oci://registry.example.com/org/config/app:latest -f - \\
    --source="$(git config --get remote.origin.url)" \\
    --revision="$(git branch --show-current)@sha1:$(git rev-parse HEAD)"`,
  flags: {
    path: {
      type: 'string',
      short: 'f',
      about: 'path to the directory where the Kubernetes manifests are located',
    },
    source: { type: 'string', about: 'the source address, e.g. the Git URL' },
    revision: {
      type: 'string',
      about: "the source revision in the format '<branch|tag>@sha1:<commit-sha>'",
    },
    annotations: {
      type: 'list',
      short: 'a',
      about: "Set custom OCI annotations in the format '<key>=<value>'",
    },
    output: {
      type: 'string',
      short: 'o',
      about: "the format in which the artifact digest should be printed, can be 'json' or 'yaml'",
    },
    debug: { type: 'bool', about: 'display logs from underlying library' },
    reproducible: {
      type: 'bool',
      about: "ensure reproducible image digests by setting the created timestamp to '1970-01-01T00:00:00Z'",
    },
    ...contentFlags,
    ...resolveFlag,
    ...registryFlags,
  },
  async run(invocation) {
    const { args, flags, io, log, signal } = invocation;
    const { ref, shown } = artifactAddress(args, 'artifact URL is required');
    const [source, revision, path] = [flags.text('source'), flags.text('revision'), flags.text('path')];
    if (!source) throw usageError('--source is required');
    if (!revision) throw usageError('--revision is required');
    const annotations = annotationsFrom(flags);
    const created = flags.is('reproducible') ? new Date(0) : new Date();
    const output = flags.text('output');
    const what = { path, ignore: ignoredPaths(flags), resolveSymlinks: flags.is('resolve-symlinks'), io };
    await withContent(what, (content) =>
      withRegistry(ref, invocation, async (client) => {
        if (output === '') log.action(`pushing artifact to ${shown}`);
        const { digest } = await pushArtifact({
          client,
          ref,
          content,
          source,
          revision,
          created: created.toISOString().replace(/\.\d+Z$/, 'Z'),
          annotations,
          signal,
        });
        const repository = formatReference({ registry: ref.registry, name: ref.name });
        const info = { url: `oci://${repository}@${digest}`, repository, tag: ref.tag ?? '', digest };
        if (output === 'json') io.out(`${JSON.stringify(info, null, 2)}\n`);
        else if (output === 'yaml') io.out(toYaml(info));
        else log.success(`artifact successfully pushed to ${repository}@${digest}`);
      }),
    );
  },
};
