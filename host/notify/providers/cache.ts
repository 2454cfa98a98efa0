import type { Provider } from '@flux-host/crds/notification/provider.ts';
import { formatKey, keyOf } from '../../kube/object.ts';
import { Lru } from '../../lru.ts';
import type { Traits } from '../routing/route.ts';
import { type Access, type AccessOptions, providerAccess } from './access.ts';

/** How long what was read of the Secrets is used, ms: a burst of events reads them once. */
const freshMs = 5000;

/** Reads the Secrets of Providers, and remembers them for a moment. */
export interface AccessCache {
  get(provider: Provider, about: { traits: Traits; signal: AbortSignal }): Promise<Access>;
  /** It did not work with that: the next attempt reads again. */
  forget(provider: Provider): void;
}

export function createAccessCache(options: AccessOptions): AccessCache {
  const known = new Lru<{ access: Access; version: string | undefined; until: number }>(1000);
  return {
    async get(provider, about) {
      const key = formatKey(keyOf(provider));
      const version = provider.metadata.resourceVersion;
      const found = known.get(key);
      if (found && found.version === version && performance.now() < found.until) return found.access;
      const access = await providerAccess(provider, options, about);
      known.set(key, { access, version, until: performance.now() + freshMs });
      return access;
    },
    forget: (provider) => known.delete(formatKey(keyOf(provider))),
  };
}
