import { listAt, stringAt } from '@flux-host/host/json.ts';
import { installationIn } from '../../cluster/info.ts';
import { deployments, partOfFlux } from '../../cluster/resources.ts';
import { commandError, usageError } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { toYaml } from '../../output/yaml.ts';
import { version } from '../../version.ts';
import { imageParts } from './image.ts';

/** `distribution` and the versions of what runs in the cluster, by the name of the image. */
async function inCluster({ cluster, namespace, signal }: Invocation): Promise<Record<string, string>[]> {
  const { client } = await cluster();
  const installation = await installationIn(client, signal);
  const { items } = await client.list(deployments, { namespace, labelSelector: partOfFlux, signal });
  if (items.length === 0) {
    throw commandError(
      'FLUX_E_CLI_NOT_INSTALLED',
      `no deployments found in ${namespace} namespace`,
      'run "flux install", or name the namespace of Flux with --namespace',
    );
  }
  const images = items
    .flatMap((item) => listAt(item, 'spec', 'template', 'spec', 'containers'))
    .map((container) => imageParts(stringAt(container, 'image') ?? ''))
    .map(({ name, tag }) => [name, tag] as const);
  const distribution = installation?.distribution;
  return [distribution ? { distribution } : {}, Object.fromEntries(images)];
}

/** `flux version` */
export const versionCommand: Command = {
  name: 'version',
  short: 'Print the client and server-side components version information.',
  long: 'Print the client and server-side components version information for the current context.',
  example: `  # Print client and server-side version
  flux version

  # Print only client version
  flux version --client

  # Print information in json format
  flux version -o json`,
  flags: {
    client: { type: 'bool', about: 'print only client version' },
    output: {
      type: 'string',
      short: 'o',
      default: 'yaml',
      choices: ['yaml', 'json'],
      about: "the format in which the information should be printed. can be 'json' or 'yaml'",
    },
  },
  async run(invocation) {
    const { flags, io } = invocation;
    const format = flags.text('output');
    if (format !== 'yaml' && format !== 'json') {
      throw usageError(`--output must be json or yaml, not ${format}`);
    }
    const parts = [{ flux: version }, ...(flags.is('client') ? [] : await inCluster(invocation))];
    if (format === 'yaml') {
      // Not one sorted mapping: our own version comes first, the distribution second.
      io.out(
        parts
          .filter((part) => Object.keys(part).length > 0)
          .map(toYaml)
          .join(''),
      );
      return;
    }
    const merged: Record<string, string> = Object.assign({}, ...parts);
    const sorted = Object.entries(merged).toSorted(([a], [b]) => (a < b ? -1 : 1));
    io.out(`${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
  },
};
