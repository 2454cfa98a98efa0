import { errorText } from '@flux-host/host/errors/text.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { parseApiVersion } from '@flux-host/host/kube/object.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { getNamed, objectsNamed } from '../../cluster/object-arguments.ts';
import { commandError, usageError } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { completeObjects } from '../complete-objects.ts';
import { preview } from '../texts.ts';
import { helmSections, kustomizationSections } from './manager.ts';
import { managerOf } from './owner.ts';
import { given, reportText } from './report.ts';

async function objectsFrom(invocation: Invocation): Promise<KubeObject[]> {
  const { flags, args } = invocation;
  if (flags.text('kind') || flags.text('api-version')) return [await withExactKind(invocation)];
  const found = [];
  for (const named of objectsNamed(args)) found.push((await getNamed(named, invocation)).object);
  return found;
}

/** `--kind` and `--api-version`; the report shows the kind as the user wrote it. */
async function withExactKind({ args, flags, namespace, cluster, signal }: Invocation): Promise<KubeObject> {
  const [name] = args;
  const [kind, apiVersion] = [flags.text('kind'), flags.text('api-version')];
  if (name === undefined) throw usageError('object name is required');
  if (!kind) throw usageError('object kind is required (--kind)');
  if (!apiVersion) throw usageError('object apiVersion is required (--api-version)');
  const { client } = await cluster();
  const { group, version } = parseApiVersion(apiVersion);
  const served = await client.resources({ signal });
  const resource = served.find(
    (each) =>
      each.group === group && each.version === version && each.kind.toLowerCase() === kind.toLowerCase(),
  );
  const notFound = (why: string) => commandError('FLUX_E_CLI_NOT_FOUND', `failed to find object: ${why}`);
  if (!resource) throw notFound(`no matches for kind "${kind}" in version "${apiVersion}"`);
  try {
    const key = { namespace: resource.namespaced ? namespace : '', name };
    return { ...(await client.get<KubeObject>(resource, key, { signal })), kind };
  } catch (error) {
    if (isKube(error, 'notFound')) throw notFound(error.statusMessage);
    throw error;
  }
}

async function report(object: KubeObject, { cluster, signal }: Invocation): Promise<string> {
  const { client } = await cluster();
  const manager = await managerOf(object, client, signal);
  if (!manager) throw commandError('FLUX_E_CLI_NOT_MANAGED', 'object not managed by Flux');
  const isHelm = manager.kind === 'HelmRelease';
  const sections = await (isHelm ? helmSections : kustomizationSections)(manager, client, signal);
  const { name, namespace } = object.metadata;
  const head = {
    width: isHelm ? 16 : 17,
    lines: [
      ['Object', `${object.kind}/${name}`] as const,
      ...given('Namespace', namespace),
      ['Status', 'Managed by Flux'] as const,
    ],
  };
  return reportText([head, ...sections]);
}

/** `flux trace` */
export const trace: Command = {
  name: 'trace',
  usage: '<resource> <name> [<name> ...]',
  short: 'Trace in-cluster objects throughout the GitOps delivery pipeline',
  long: preview(`The trace command shows how one or more objects are managed by Flux,
from which source and revision they come, and what the latest reconciliation status is.

You can also trace multiple objects with different resource kinds using <resource>/<name> multiple times.`),
  example: `  # Trace a Kubernetes Deployment
  flux trace -n apps deployment my-app

  # Trace a Kubernetes Pod and a config map
  flux trace -n redis pod/redis-master-0 cm/redis

  # Trace a Kubernetes global object
  flux trace namespace redis

  # Trace a Kubernetes custom resource
  flux trace -n redis helmrelease redis

  # API Version and Kind can also be specified explicitly
  # Note that either both, kind and api-version, or neither have to be specified.
  flux trace redis --kind=helmrelease --api-version=helm.toolkit.fluxcd.io/v2 -n redis`,
  flags: {
    kind: { type: 'string', about: "the Kubernetes object kind, e.g. Deployment'" },
    'api-version': { type: 'string', about: "the Kubernetes object API version, e.g. 'apps/v1'" },
  },
  async run(invocation) {
    const { io, signal } = invocation;
    const objects = await objectsFrom(invocation);
    for (const [index, object] of objects.entries()) {
      if (index > 0) io.out('---\n');
      try {
        io.out(await report(object, invocation));
      } catch (error) {
        // As in Flux, what cannot be traced is told and does not fail the command.
        signal.throwIfAborted();
        const { name, namespace = '' } = object.metadata;
        io.err(`failed to trace ${object.kind}/${name} in namespace ${namespace}: ${errorText(error)}\n`);
      }
    }
  },
  complete: completeObjects,
};
