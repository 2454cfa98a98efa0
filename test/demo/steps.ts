import { setTimeout as sleep } from 'node:timers/promises';
import { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { apps, chatAlert, chatProvider, gitRepository, infra, namespace, runaway } from './objects.ts';
import { done } from './screen.ts';
import { deployments, isReadyAt, until } from './watch.ts';
import { createWebhook } from './webhook.ts';
import type { World } from './world.ts';

/** One thing that the demo shows; it throws when it does not happen. */
export interface Step {
  readonly title: string;
  run(world: World): Promise<void>;
}

export const steps: readonly Step[] = [
  { title: 'A repository becomes a running application', run: reconcileAll },
  { title: 'A pushed commit rolls out, by a webhook, and is announced in a chat', run: pushCommit },
  { title: 'A Deployment deleted by hand comes back', run: undoDrift },
  { title: 'A plugin that never returns is stopped, the host goes on', run: stopRunaway },
  { title: 'A file removed from the repository is pruned from the cluster', run: pruneRemoved },
];

async function reconcileAll({ apply, client, repository }: World): Promise<void> {
  await apply(gitRepository(repository.url));
  await apply(infra());
  await apply(apps());
  const revision = `main@sha1:${await repository.resolve('main')}`;
  const ms = await until(
    client,
    { description: 'infra and apps to be ready', timeoutMs: 90_000 },
    ({ kustomizations }) =>
      kustomizations.length === 2 && kustomizations.every((each) => isReadyAt(each, revision)),
  );
  done(`fetched, built, applied and healthy in ${seconds(ms)}: apps waited for infra`);
}

async function pushCommit(world: World): Promise<void> {
  const { apply, chat, client, repository } = world;
  await apply(chatProvider(chat.url));
  await apply(chatAlert());
  const hook = await createWebhook(world);
  const commit = await repository.commit({
    message: 'Roll out storefront 1.5.0',
    files: {
      'apps/production/kustomization.yaml': (
        await repository.git('show', 'main:apps/production/kustomization.yaml')
      ).replace('1.4.2', '1.5.0'),
    },
  });
  await hook.push(commit);
  const ms = await until(
    client,
    { description: 'storefront 1.5.0', timeoutMs: 60_000 },
    ({ kustomizations, deployments }) =>
      kustomizations.every((each) => isReadyAt(each, `main@sha1:${commit}`)) &&
      deployments.some(({ spec }) =>
        spec.template.spec.containers.some(({ image }) => image.endsWith('storefront:1.5.0')),
      ),
  );
  done(`commit ${commit.slice(0, 8)} is live and healthy after ${seconds(ms)}`);
  const { author, text } = await chat.heard(commit, 30_000);
  done(`in the chat, from ${author}: ${text.split('\n')[0]}`);
}

async function undoDrift({ client }: World): Promise<void> {
  const key = { namespace: 'shop', name: 'worker' };
  const { metadata } = await client.getMetadata(deployments, key);
  await client.delete(deployments, key, { propagationPolicy: 'Background' });
  const began = performance.now();
  for (;;) {
    const found = await client.getMetadata(deployments, key).catch((error: unknown) => {
      if (isKube(error, 'notFound')) return undefined;
      throw error;
    });
    const ms = performance.now() - began;
    if (found && found.metadata.uid !== metadata.uid) {
      if (ms > 1000) throw new Error(`the Deployment came back, but only after ${seconds(ms)}`);
      done(`Deployment shop/worker was back after ${Math.round(ms)} ms`);
      break;
    }
    if (ms > 30_000) throw new Error('the Deployment did not come back');
    await sleep(5);
  }
  await until(client, { description: 'everything to be ready again', timeoutMs: 60_000 }, ({ deployments }) =>
    deployments.every(({ spec, status }) => status?.readyReplicas === (spec.replicas ?? 1)),
  );
}

async function stopRunaway({ apply, client, host }: World): Promise<void> {
  await apply(runaway());
  let reason = '';
  await until(
    client,
    { description: 'the plugin to be stopped', timeoutMs: 60_000 },
    ({ kustomizations }) => {
      const object = kustomizations.find(({ metadata }) => metadata.name === 'runaway');
      const ready = object?.status?.conditions?.find(
        ({ type, status }) => type === 'Ready' && status === 'False',
      );
      reason = ready?.message ?? '';
      return reason !== '';
    },
  );
  const health = await fetch(`${host.healthUrl}/healthz`);
  if (!health.ok || host.exited) throw new Error('the host did not survive the plugin');
  done(`stopped: ${reason}`);
  await client.delete(Kustomization, { namespace, name: 'runaway' });
  await until(
    client,
    { description: 'runaway to be gone', timeoutMs: 30_000 },
    ({ kustomizations }) => kustomizations.length === 2,
  );
}

async function pruneRemoved({ client, repository }: World): Promise<void> {
  const path = 'apps/base/kustomization.yaml';
  await repository.commit({
    message: 'Retire the worker',
    remove: ['apps/base/worker.yaml'],
    files: { [path]: (await repository.git('show', `main:${path}`)).replace('  - worker.yaml\n', '') },
  });
  await nudge(client);
  const ms = await until(
    client,
    { description: 'the worker to be pruned', timeoutMs: 60_000 },
    ({ deployments }) => !deployments.some(({ metadata }) => metadata.name === 'worker'),
  );
  done(`Deployment shop/worker is gone after ${seconds(ms)}`);
}

/** What `flux reconcile source git shop` does, or a webhook: look now instead of at the next interval. */
async function nudge(client: World['client']): Promise<void> {
  await client.patch(
    GitRepository,
    { namespace, name: 'shop' },
    { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': new Date().toISOString() } } },
    { type: 'merge', fieldManager: 'flux' },
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
