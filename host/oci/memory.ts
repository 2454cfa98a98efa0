import { createHash } from 'node:crypto';
import type { Challenge } from './challenge.ts';
import type { RegistryAccess } from './types.ts';

/** A bearer token and when it ends, ms since 1970. */
export interface Token {
  readonly value: string;
  readonly until: number;
}

/** What is known about registries. Tokens are kept under a hash of the login that got them. */
export interface RegistryMemory {
  readonly schemes: Lru<'http' | 'https'>;
  readonly challenges: Lru<Challenge>;
  readonly tokens: Lru<Token>;
  /** Registries without the referrers API, and until when that is believed, ms since 1970. */
  readonly noReferrers: Lru<number>;
}

/** Keeps what was used last. */
export interface Lru<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
}

/** Room for the registries and users of a large cluster; the oldest make room. */
export function createRegistryMemory(): RegistryMemory {
  return {
    schemes: lru(1000),
    challenges: lru(1000),
    tokens: lru(5000),
    noReferrers: lru(1000),
  };
}

function lru<Value>(most: number): Lru<Value> {
  const entries = new Map<string, Value>();
  const set = (key: string, value: Value): void => {
    entries.delete(key);
    entries.set(key, value);
    const [oldest] = entries.keys();
    if (entries.size > most && oldest !== undefined) entries.delete(oldest);
  };
  return {
    get(key) {
      const value = entries.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    delete: (key) => void entries.delete(key),
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
  const part = <Value>({ get, set, delete: remove }: Lru<Value>): Lru<Value> => ({
    get: (key) => get(prefix + key),
    set: (key, value) => set(prefix + key, value),
    delete: (key) => remove(prefix + key),
  });
  return {
    schemes: part(memory.schemes),
    challenges: part(memory.challenges),
    tokens: part(memory.tokens),
    noReferrers: part(memory.noReferrers),
  };
}
