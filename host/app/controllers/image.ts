import { join } from 'node:path';
import { ImagePolicy } from '@flux-host/crds/image/image-policy.ts';
import { ImageRepository } from '@flux-host/crds/image/image-repository.ts';
import { createTagStore } from '../../image/tags.ts';
import { formatKey, keyOf, parseKey } from '../../kube/object.ts';
import type { StoreEvent } from '../../kube/types.ts';
import { Controller } from '../../reconcile/controller.ts';
import { createImagePolicyReconciler } from '../../reconcile/image-policy/reconciler.ts';
import { repositoryKeyOf } from '../../reconcile/image-policy/repository.ts';
import { createImageRepositoryReconciler } from '../../reconcile/image-repository/reconciler.ts';
import { ReferenceIndex } from '../reference-index.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';

const component = 'image-reflector-controller';

/** Image repositories, and the policies that choose among their tags. A new list of tags wakes its policies. */
export function images(parts: Parts): AppController {
  const { options, platform, services } = parts;
  const { client, redactor } = platform;
  const events = parts.events(component);
  const shared = {
    client,
    redactor,
    egress: services.egress,
    registries: services.registries,
    logins: services.logins,
    tags: createTagStore(join(options.storage.path, 'image-tags')),
  };
  const byRepository = new ReferenceIndex();
  const repositories: Controller<ImageRepository> = new Controller<ImageRepository>({
    ...commonOf(parts),
    name: 'imagerepository',
    fieldManager: component,
    resource: ImageRepository,
    event: (object, event) => events.event(object, event),
    onChange: (event) => {
      if (!tagsChanged(event)) return;
      for (const key of byRepository.referrers(formatKey(keyOf(event.object)))) {
        policies.enqueue(parseKey(key), { priority: 1 });
      }
    },
    reconciler: createImageRepositoryReconciler({
      ...shared,
      isShared: ({ metadata, status }) =>
        repositories
          .list()
          .some(
            (other) =>
              other.metadata.uid !== metadata.uid &&
              other.status?.canonicalImageName === status?.canonicalImageName,
          ),
    }),
  });
  const policies: Controller<ImagePolicy> = new Controller<ImagePolicy>({
    ...commonOf(parts),
    name: 'imagepolicy',
    fieldManager: component,
    resource: ImagePolicy,
    event: (object, event) => events.event(object, event),
    onChange: ({ type, object }) => {
      byRepository.set(
        formatKey(keyOf(object)),
        type === 'deleted' ? [] : [formatKey(repositoryKeyOf(object))],
      );
    },
    reconciler: createImagePolicyReconciler({
      ...shared,
      plugins: services.plugins,
      noCrossNamespaceRefs: options.noCrossNamespaceRefs,
      findRepository: (key) => repositories.get(key),
    }),
  });
  services.plugins.onChange((kind, type) => {
    if (kind !== 'policy') return;
    for (const object of policies.list()) {
      if (object.spec.policy.plugin?.name === type) policies.enqueue(keyOf(object));
    }
  });
  return {
    component,
    optional: ImageRepository,
    async sync(signal) {
      await Promise.all([repositories.sync(signal), policies.sync(signal)]);
    },
    async run(signal, drain) {
      await Promise.all([repositories.run(signal, drain), policies.run(signal, drain)]);
    },
  };
}

/** The list of tags is another one, or the owner changed who may use it. */
function tagsChanged(event: StoreEvent<ImageRepository>): boolean {
  if (event.type !== 'updated') return true;
  const { old, object } = event;
  return (
    old.status?.lastScanResult?.revision !== object.status?.lastScanResult?.revision ||
    old.status?.canonicalImageName !== object.status?.canonicalImageName ||
    old.metadata.generation !== object.metadata.generation
  );
}
