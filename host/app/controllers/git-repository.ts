import { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import { keyOf } from '../../kube/object.ts';
import { Controller } from '../../reconcile/controller.ts';
import { createGitRepositoryReconciler } from '../../reconcile/git-repository/reconciler.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';

const component = 'source-controller';

export function gitRepositories(parts: Parts): AppController {
  const { options, platform, services, wakeups, sources } = parts;
  const events = parts.events(component);
  const controller: Controller<GitRepository> = new Controller<GitRepository>({
    ...commonOf(parts),
    name: 'gitrepository',
    fieldManager: component,
    resource: GitRepository,
    event: (object, event) => events.event(object, event),
    onChange: (event) => wakeups.gitRepositoryChanged(event),
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
