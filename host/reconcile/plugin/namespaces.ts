import { isDeepStrictEqual } from 'node:util';
import { namespaces } from '../../kube/core.ts';
import { createReflector } from '../../kube/reflector.ts';
import type { KubeClient, PartialObject, Reflector } from '../../kube/types.ts';
import type { Logger } from '../../observability/logger.ts';
import { watchFailures } from '../watch-failures.ts';

/** Labels of namespaces, for grants that go by them. */
export interface NamespaceLabels {
  /** Begins to watch; resolves when all are known. */
  ready(): Promise<void>;
  /** Grows whenever some label may have changed. */
  readonly version: number;
  matches(namespace: string, labels: Readonly<Record<string, string>>): boolean;
}

export interface NamespaceLabelsOptions {
  readonly client: KubeClient;
  readonly log: Logger;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Labels may have changed. */
  onChange(): void;
}

/** Nothing is watched before somebody needs it: most grants name their namespaces, or allow all. */
export function createNamespaceLabels(options: NamespaceLabelsOptions): NamespaceLabels {
  let reflector: Reflector<PartialObject> | undefined;
  let synced: Promise<void> | undefined;
  let version = 0;
  const start = () => {
    reflector = createReflector<PartialObject>({
      client: options.client,
      resource: namespaces,
      metadataOnly: true,
      transform: ({ apiVersion, kind, metadata: { name, uid, resourceVersion, labels } }) => ({
        apiVersion,
        kind,
        metadata: {
          name,
          ...(uid ? { uid } : {}),
          ...(resourceVersion ? { resourceVersion } : {}),
          ...(labels ? { labels } : {}),
        },
      }),
      onEvent: (event) => {
        if (
          event.type === 'updated' &&
          isDeepStrictEqual(event.old.metadata.labels, event.object.metadata.labels)
        ) {
          return;
        }
        version += 1;
        options.onChange();
      },
      onError: watchFailures(options.log, 'Namespace'),
    });
    return reflector.start(options.signal);
  };
  return {
    get version() {
      return version;
    },
    ready() {
      synced ??= start();
      return synced;
    },
    matches(namespace, wanted) {
      const labels = reflector?.store.get({ namespace: '', name: namespace })?.metadata.labels ?? {};
      return Object.entries(wanted).every(([name, value]) => labels[name] === value);
    },
  };
}
