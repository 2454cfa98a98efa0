import type { OciClient, Repository } from '@flux-host/host/oci/types.ts';
import { compileGoRegexp } from '@flux-host/host/regexp/go-regexp.ts';
import { parseRange } from '@flux-host/sdk/semver/range.ts';
import { parseVersion } from '@flux-host/sdk/semver/version.ts';
import { registryFlags } from '../../artifact/flags.ts';
import { repositoryAddress } from '../../artifact/reference.ts';
import { annotation } from '../../artifact/types.ts';
import { usageError } from '../../command/errors.ts';
import type { Command, FlagValues } from '../../command/types.ts';
import { createTable } from '../../output/table.ts';
import { withRegistry } from '../../plugin/oci/client.ts';

/** Requests at the same time. */
const atOnce = 8;

/** Tags that cosign makes are no artifacts of their own. */
const isOfCosign = (tag: string): boolean => /\.(att|sbom|sig)$/.test(tag);

/** Which tags are wanted. @throws FluxError FLUX_E_CLI_USAGE for filters that cannot be read */
function filterFrom(flags: FlagValues): (tag: string) => boolean {
  const [semver, regex] = [flags.text('filter-semver'), flags.text('filter-regex')];
  const range = semver ? read('semver', semver, parseRange) : undefined;
  const pattern = regex ? read('regex', regex, compileGoRegexp) : undefined;
  return (tag) => {
    const version = range && parseVersion(tag);
    if (isOfCosign(tag) || (range && !(version && range(version)))) return false;
    return pattern?.test(tag) ?? true;
  };
}

function read<T>(what: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw usageError(
      `${what} '${text}' parse error: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** `flux list artifacts` */
export const listArtifactsCommand: Command = {
  name: 'artifacts',
  short: 'list artifacts',
  long: `The list command fetches the tags and their metadata from a remote OCI repository.
The command can read the credentials from '~/.docker/config.json' but they can also be passed with --creds. It can also login to a supported provider with the --provider flag.`,
  example: `  # List the artifacts stored in an OCI repository
  flux list artifacts oci://registry.example.com/org/config/app`,
  flags: {
    'filter-semver': {
      type: 'string',
      about: 'filter tags returned from the oci repository using semver',
    },
    'filter-regex': {
      type: 'string',
      about: 'filter tags returned from the oci repository using regex',
    },
    ...registryFlags,
  },
  async run(invocation) {
    const { args, flags, io, signal } = invocation;
    const { repository, shown } = repositoryAddress(args, 'artifact repository URL is required');
    const isWanted = filterFrom(flags);
    await withRegistry(repository, invocation, async (client) => {
      const tags = (await client.tags(repository, { signal })).filter(isWanted).sort().reverse();
      const rows: string[][] = [];
      for (let at = 0; at < tags.length; at += atOnce) {
        const some = tags.slice(at, at + atOnce);
        rows.push(
          ...(await Promise.all(some.map((tag) => rowOf({ repository, shown, tag }, client, signal)))),
        );
      }
      io.out(createTable(['artifact', 'digest', 'source', 'revision']).print(rows));
    });
  },
};

async function rowOf(
  { repository, shown, tag }: { repository: Repository; shown: string; tag: string },
  client: OciClient,
  signal: AbortSignal,
): Promise<string[]> {
  const { content, descriptor } = await client.manifest({ ...repository, tag }, { signal });
  const { annotations = {} } = content.kind === 'image' ? content.manifest : content.index;
  return [
    `${shown}:${tag}`,
    descriptor.digest,
    annotations[annotation.source] ?? '',
    annotations[annotation.revision] ?? '',
  ];
}
