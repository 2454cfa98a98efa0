import { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import { keyOf } from '../../kube/object.ts';
import { Controller } from '../../reconcile/controller.ts';
import { createGitRepositoryReconciler } from '../../reconcile/git-repository/reconciler.ts';
import { createSecretUsers } from '../secret-users.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';

const component = 'source-controller';

/** Git repositories. A plugin that comes or changes, and a watched Secret that changes, wakes its users. */
export function gitRepositories(parts: Parts): AppController {
  const { options, platform, services, wakeups, sources } = parts;
  const events = parts.events(component);
  const secretUsers = createSecretUsers<GitRepository>({
    wakeups,
    secretsOf: ({ spec: { secretRef, proxySecretRef, verify } }) => [
      secretRef,
      proxySecretRef,
      verify?.secretRef,
    ],
    wake: (key) => controller.enqueue(key, { priority: 1 }),
  });
  const controller: Controller<GitRepository> = new Controller<GitRepository>({
    ...commonOf(parts),
    name: 'gitrepository',
    fieldManager: component,
    resource: GitRepository,
    event: (object, event) => events.event(object, event),
    onChange: (event) => {
      secretUsers.observe(event);
      wakeups.gitRepositoryChanged(event);
    },
    reconciler: createGitRepositoryReconciler({
      ...services,
      client: platform.client,
      redactor: platform.redactor,
      requeueDependencyMs: options.requeueDependencyMs,
      jitterPercentage: options.jitterPercentage,
      find: (key) => controller.get(key),
    }),
  });
  wakeups.gitRepositories = controller;
  services.plugins.onChange((kind, type) => {
    if (kind !== 'source' || type !== 'GitRepository') return;
    for (const object of controller.list()) controller.enqueue(keyOf(object));
  });
  sources.add('GitRepository', (key) => controller.get(key));
  return {
    component,
    sync: (signal) => controller.sync(signal),
    run: (signal, drain) => controller.run(signal, drain),
  };
}
