import { listAt, stringAt } from '@flux-host/host/json.ts';
import { refOf } from '@flux-host/host/kube/object.ts';
import { installationIn } from '../../cluster/info.ts';
import { definitions, deployments, partOfFlux } from '../../cluster/resources.ts';
import { assess } from '../../cluster/rollout.ts';
import type { Invocation } from '../../command/types.ts';

/** Prints what is installed. */
export async function checkVersion({ cluster, log, signal }: Invocation): Promise<boolean> {
  const { client } = await cluster();
  const installation = await installationIn(client, signal);
  if (!installation) {
    log.failure('checking failed: Flux is not installed in this cluster (hint: run "flux install")');
    return false;
  }
  if (installation.distribution) log.success(`distribution: ${installation.distribution}`);
  log.success(`bootstrapped: ${installation.bootstrapped}`);
  return true;
}

/** Prints whether the controllers run, and their images. */
export async function checkControllers(invocation: Invocation): Promise<boolean> {
  const { cluster, log, namespace, signal } = invocation;
  const { client } = await cluster();
  const { items } = await client.list(deployments, { namespace, labelSelector: partOfFlux, signal });
  if (items.length === 0) {
    log.failure(
      `no controllers found in the '${namespace}' namespace with the label selector '${partOfFlux}'`,
    );
    return false;
  }
  let allReady = true;
  for (const deployment of items) {
    const isReady = await assess([refOf(deployment)], invocation);
    allReady &&= isReady;
    for (const container of listAt(deployment, 'spec', 'template', 'spec', 'containers')) {
      log.action(stringAt(container, 'image') ?? '');
    }
  }
  return allReady;
}

/** Prints the definitions and the version in which objects are stored. */
export async function checkDefinitions({ cluster, log, signal }: Invocation): Promise<boolean> {
  const { client } = await cluster();
  const { items } = await client.list(definitions, { labelSelector: partOfFlux, signal });
  if (items.length === 0) {
    log.failure(`no crds found with the label selector '${partOfFlux}'`);
    return false;
  }
  let complete = true;
  for (const crd of items.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))) {
    const stored = listAt(crd, 'status', 'storedVersions').at(-1);
    if (stored === undefined) log.failure(`no stored versions for ${crd.metadata.name}`);
    else log.success(`${crd.metadata.name}/${stored}`);
    complete &&= stored !== undefined;
  }
  return complete;
}
