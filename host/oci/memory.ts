import { createHash } from 'node:crypto';
import { Lru } from '../lru.ts';
import type { Challenge } from './challenge.ts';
import type { RegistryAccess } from './types.ts';

/** A bearer token and when it ends, ms since 1970. */
export interface Token {
  readonly value: string;
  readonly until: number;
}

/** What is known about registries. Tokens are kept under a hash of the login that got them. */
export interface RegistryMemory {
  readonly schemes: Entries<'http' | 'https'>;
  readonly challenges: Entries<Challenge>;
  readonly tokens: Entries<Token>;
  /** Registries without the referrers API, and until when that is believed, ms since 1970. */
  readonly noReferrers: Entries<number>;
}

/** Keeps what was used last. */
export type Entries<Value> = Pick<Lru<Value>, 'get' | 'set' | 'delete'>;

/** Room for the registries and users of a large cluster; the oldest make room. */
export function createRegistryMemory(): RegistryMemory {
  return {
    schemes: new Lru(1000),
    challenges: new Lru(1000),
    tokens: new Lru(5000),
    noReferrers: new Lru(1000),
  };
}

/**
 * The part of a memory that belongs to one way of reaching registries. Whoever brings an own authority or proxy can pretend to be any registry, and must not
 * tell others where to send their passwords.
 */
export function memoryFor(
  memory: RegistryMemory,
  access: Omit<RegistryAccess, 'credentials'>,
): RegistryMemory {
  const { tls = null, proxy = null, insecure = false } = access;
  const prefix = createHash('sha256')
    .update(JSON.stringify([tls, proxy, insecure]))
    .digest('base64');
  const part = <Value>(entries: Entries<Value>): Entries<Value> => ({
    get: (key) => entries.get(prefix + key),
    set: (key, value) => entries.set(prefix + key, value),
    delete: (key) => entries.delete(prefix + key),
  });
  return {
    schemes: part(memory.schemes),
    challenges: part(memory.challenges),
    tokens: part(memory.tokens),
    noReferrers: part(memory.noReferrers),
  };
}
