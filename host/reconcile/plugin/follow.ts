import type { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import { parseDuration } from '../../duration/duration.ts';
import { formatKey, keyOf, parseKey } from '../../kube/object.ts';
import { createReflector } from '../../kube/reflector.ts';
import type { ApiResource, Reflector } from '../../kube/types.ts';
import { createWorkQueue } from '../../kube/work-queue.ts';
import type { Logger } from '../../observability/logger.ts';
import { jitter } from '../jitter.ts';
import { watchFailures } from '../watch-failures.ts';
import { attempt, type PluginOptions } from './attempt.ts';

/** Plugins that another process of the cluster reconciles, installed here as well: every shard calls them. */
export interface Followers {
  /** Fills the cache; resolves when it is complete. */
  sync(signal: AbortSignal): Promise<void>;
  list(): readonly Plugin[];
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export interface FollowOptions {
  readonly options: PluginOptions;
  readonly resource: ApiResource;
  readonly log: Logger;
  /** Whether this process reconciles the object itself. */
  isOwn(name: string): boolean;
}

/** Installs without a word: status, events and finalizers are those of the process that the object belongs to. */
export function followPlugins({ options, resource, log, isOwn }: FollowOptions): Followers {
  const queue = createWorkQueue();
  const reflector: Reflector<Plugin> = createReflector<Plugin>({
    client: options.client,
    resource,
    onEvent: (event) => {
      const { object } = event;
      options.plugins.suspend(object.metadata.name, object.spec.suspend ?? false);
      if (event.type !== 'updated' || isNews(event.old, object)) queue.add(formatKey(keyOf(object)));
    },
    onError: watchFailures(log, resource.kind),
  });
  const work = async (key: string, signal: AbortSignal): Promise<void> => {
    const { name } = parseKey(key);
    if (isOwn(name)) return queue.forget(key);
    const object = reflector.store.get({ namespace: '', name });
    if (!object) {
      options.plugins.uninstall(name);
      await options.library.update(name, () => undefined);
      return queue.forget(key);
    }
    if (object.spec.suspend) return queue.forget(key);
    await attempt(options, { object, signal });
    queue.forget(key);
    queue.addAfter(key, jitter(parseDuration(object.spec.interval ?? '10m'), options.jitterPercentage));
  };
  return {
    sync: (signal) => reflector.start(signal),
    list: () => reflector.store.list(),
    async run(signal) {
      signal.addEventListener('abort', () => void queue.shutDown({ drain: false }), { once: true });
      for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
        const plugin = key;
        await work(plugin, signal).catch((error: unknown) => {
          if (signal.aborted) return;
          log.error(error, 'plugin of another shard is not installed here, trying again', { plugin });
          queue.addRateLimited(plugin);
        });
        queue.done(plugin);
      }
    },
  };
}

/** Another spec, or another module that the process it belongs to has installed. */
function isNews(old: Plugin, object: Plugin): boolean {
  return (
    old.metadata.generation !== object.metadata.generation || old.status?.digest !== object.status?.digest
  );
}
