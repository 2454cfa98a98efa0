import { stringAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { secrets } from '../cluster/resources.ts';
import { commandError, usageError } from '../command/errors.ts';
import type { Command, Invocation } from '../command/types.ts';
import { exported } from '../kinds/canonical.ts';
import type { FluxKind } from '../kinds/types.ts';
import { yamlDocument } from '../output/document.ts';
import { commandLine, commandsByKind, completeNames, plainGroups } from './by-kind.ts';

async function exportObjects(kind: FluxKind, invocation: Invocation): Promise<void> {
  const { flags, io } = invocation;
  const withCredentials = flags.has('with-credentials') && flags.is('with-credentials');
  const written = new Set<string>();
  for (const object of await selected(kind, invocation)) {
    io.out(yamlDocument(exported(kind.resource, object, kind.pointers)));
    const secret = stringAt(object, 'spec', 'secretRef', 'name');
    if (!withCredentials || !secret || written.has(secret)) continue;
    written.add(secret);
    io.out(yamlDocument(await credentials(secret, invocation)));
  }
}

async function selected(kind: FluxKind, invocation: Invocation): Promise<KubeObject[]> {
  const { args, flags, namespace, signal } = invocation;
  const [name] = args;
  if (!flags.is('all') && name === undefined) throw usageError('name is required');
  const { client } = await invocation.cluster();
  if (!flags.is('all')) {
    return [await client.get<KubeObject>(kind.resource, { namespace, name: name ?? '' }, { signal })];
  }
  const { items } = await client.list(kind.resource, { namespace, signal });
  if (items.length === 0) {
    throw commandError('FLUX_E_CLI_NOT_FOUND', `no objects found in ${namespace} namespace`);
  }
  return items.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

async function credentials(name: string, invocation: Invocation): Promise<object> {
  const { namespace, signal } = invocation;
  const { client } = await invocation.cluster();
  const secret = await client.get<KubeObject>(secrets, { namespace, name }, { signal });
  const { data, type } = secret;
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data, type };
}

function kindCommand(kind: FluxKind): Command {
  const { resource, name, aliases } = kind;
  const line = commandLine('export', kind);
  return {
    name,
    usage: '[name]',
    ...(aliases && { aliases }),
    short: `Export ${resource.kind} ${kind.group === 'source' ? 'sources' : 'resources'} in YAML format`,
    long: `The ${line.slice('flux '.length)} command exports one or all ${resource.kind} resources in YAML format.`,
    example: `  # Export all ${resource.kind} resources
  ${line} --all > ${kind.name}.yaml

  # Export one of them
  ${line} my-app > my-app.yaml`,
    run: (invocation) => exportObjects(kind, invocation),
    complete: completeNames(kind),
  };
}

const groups = plainGroups('Export');

/** `flux export` */
export const exportCommand: Command = {
  name: 'export',
  short: 'Export resources in YAML format',
  long: 'The export sub-commands export resources in YAML format.',
  sharedFlags: { all: { type: 'bool', about: 'select all resources' } },
  commands: commandsByKind({
    verb: 'export',
    command: kindCommand,
    groups: {
      ...groups,
      source: {
        ...groups.source,
        sharedFlags: { 'with-credentials': { type: 'bool', about: 'include credential secrets' } },
      },
    },
  }),
};
