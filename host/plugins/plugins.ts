import { FluxError } from '../errors/flux-error.ts';
import { isAbort } from '../errors/text.ts';
import type { PluginMetrics } from '../observability/plugin-metrics.ts';
import type { Sandbox } from '../sandbox/types.ts';
import type { OpenCircuit } from './breaker.ts';
import { type CatalogEntry, type Conflict, createCatalog, type Use } from './catalog.ts';
import { createConfigCheck } from './config/check.ts';
import { type PluginFile, readPluginDirs } from './directories.ts';
import { namespaceNotAllowed, noSuchPlugin, pluginSuspended, pluginUnavailable } from './errors.ts';
import { egressOf, grantsOfRequests, visibleSecret } from './grants.ts';
import { healthOf, resultOf } from './health.ts';
import { createIdentities, type IdentityToken } from './identity.ts';
import { createModules, type ModuleFile, type ModuleLease } from './modules.ts';
import { Runtime } from './runtime.ts';
import type { CallFailure } from './statistics.ts';
import type { InstalledPlugin, PluginResult, Plugins, PluginUse } from './types.ts';

export interface PluginsOptions {
  readonly sandbox: Sandbox;
  /** Folders of plugins that come with the host, later ones win. */
  readonly dirs: readonly string[];
  /** Told of each file that is left out. */
  readonly onError: (error: Error) => void;
  readonly metrics?: PluginMetrics;
  /** Where access tokens of clouds come from; without it there are none. */
  readonly identityToken?: IdentityToken;
  /** How long a compiled module that nobody calls is kept, ms; default 5 min. */
  readonly idleMs?: number;
  /** Breakdowns in a row that open a circuit, and how long it stays open first, ms. */
  readonly breaker?: { readonly threshold?: number; readonly firstMs?: number };
  /** Told when a new module broke down so often at first that the one before is called again. */
  readonly onRollback?: (rollback: Rollback) => void;
}

/** A module that was replaced by the one before it. */
export interface Rollback {
  readonly plugin: string;
  /** Digests. */
  readonly from: string;
  readonly to: string;
  readonly error: FluxError;
}

/** How a plugin does. */
export interface PluginState {
  readonly calls: number;
  readonly failures: number;
  readonly lastFailure?: CallFailure;
  readonly circuits: readonly OpenCircuit[];
  /** Digest of the module that is called. */
  readonly digest?: string;
  /** Whether it has proved itself, so that the one before it is not needed any more. */
  readonly proven: boolean;
  readonly conflict?: Conflict;
}

/** The plugins of the process, with what an administrator's objects do to them. */
export interface PluginHost extends Plugins {
  /**
   * Installs a plugin or changes it. Another module takes over between two calls; calls that run on the old one come to their end.
   * @param previous module to go back to if the new one breaks down; default: the one that is called now
   */
  install(entry: CatalogEntry, previous?: PluginFile): void;
  /** Takes an installed plugin away; a built-in of its name is back. */
  uninstall(name: string): void;
  /** @throws FluxError when the module cannot be compiled */
  compile(module: ModuleFile): Promise<void>;
  /** The built-in plugin of a name, be it replaced or not. */
  builtIn(name: string): InstalledPlugin | undefined;
  state(name: string): PluginState;
  /** Tells when what {@link state} says of an installed plugin has changed. */
  onState(listener: (name: string) => void): () => void;
  close(): void;
}

const defaultIdleMs = 300_000;

/** Finds the plugins of the folders; their modules are compiled when they are called. */
export async function createPlugins(options: PluginsOptions): Promise<PluginHost> {
  const { sandbox, metrics } = options;
  const files = await readPluginDirs(sandbox, options.dirs, options.onError);
  const builtIns = files.map(builtInEntry);
  const useListeners = new Set<(kind: Use['kind'], type: string) => void>();
  const stateListeners = new Set<(name: string) => void>();
  const stateChanged = (name: string) => {
    for (const listener of stateListeners) listener(name);
  };
  const catalog = createCatalog({
    builtIns,
    onUse: ({ kind, type }) => {
      for (const listener of useListeners) listener(kind, type);
    },
    onConflict: stateChanged,
  });
  const modules = createModules({
    sandbox,
    idleMs: options.idleMs ?? defaultIdleMs,
    onCount: (count) => metrics?.pluginModules(count),
  });
  const configs = createConfigCheck();
  const identities = createIdentities(options.identityToken);
  const runtimes = new Map<string, Runtime>();
  const runtimeOf = (name: string): Runtime => {
    const found = runtimes.get(name);
    if (found) return found;
    const made: Runtime = new Runtime(name, {
      ...options.breaker,
      onCircuit: () => {
        metrics?.pluginCircuits(name, made.breaker.open().length);
        stateChanged(name);
      },
    });
    runtimes.set(name, made);
    return made;
  };

  const find = (use: Use): CatalogEntry => {
    const entry = catalog.find(use);
    if (entry) return entry;
    const same = catalog.list().flatMap(({ provides }) => provides.filter(({ kind }) => kind === use.kind));
    throw noSuchPlugin(
      `for ${use.kind} "${use.type}"`,
      same.map(({ type }) => type),
    );
  };
  const admit = (use: PluginUse): CallableEntry => {
    const entry = find(use);
    const { name, module, suspended, grants } = entry;
    try {
      if (suspended) throw pluginSuspended(name);
      if (!module) throw pluginUnavailable(name);
      if (grants.allowsNamespace?.(use.namespace) === false) throw namespaceNotAllowed(name, use.namespace);
      configs.check(module, use);
      return { ...entry, module };
    } catch (error) {
      metrics?.pluginCall({ plugin: name, operation: use.operation, result: resultOf(error), seconds: 0 });
      throw error;
    }
  };

  /** The module has broken down too often since it came: the one before it is called again. */
  const rollBack = (entry: CallableEntry, error: FluxError) => {
    const runtime = runtimeOf(entry.name);
    const { previous } = runtime;
    const current = catalog.get(entry.name);
    if (!previous || current?.module?.digest !== entry.module.digest) return;
    runtime.replaced(previous.digest);
    catalog.put({ ...current, module: previous, provides: previous.manifest.provides });
    modules.drop(entry.module.digest);
    metrics?.pluginRollback(entry.name);
    options.onRollback?.({
      plugin: entry.name,
      from: entry.module.digest,
      to: previous.digest,
      error,
    });
    stateChanged(entry.name);
  };

  const run = async <T>(entry: CallableEntry, use: PluginUse): Promise<PluginResult<T>> => {
    const { name, grants, module } = entry;
    const runtime = runtimeOf(name);
    const settle = runtime.breaker.enter(use.namespace);
    const began = performance.now();
    let lease: ModuleLease | undefined;
    let result = 'ok';
    try {
      lease = await modules.lease(moduleOf(entry));
      const token = await identities.token(name, grants.identity, use);
      const answer = await sandbox.call<T>({
        plugin: lease.plugin,
        export: use.operation,
        tenant: use.namespace,
        input: inputOf(grants, use, token),
        egress: egressOf(name, grants, use, token),
        ...(use.mounts ? { mounts: use.mounts } : {}),
        ...(use.out ? { out: use.out } : {}),
        ...(use.signal ? { signal: use.signal } : {}),
        limits: limitsOf(grants, use),
      });
      settle('well');
      runtime.count({ namespace: use.namespace, digest: module.digest, health: 'well' });
      return { ...answer, digest: module.digest };
    } catch (error) {
      result = isAbort(error) ? 'aborted' : resultOf(error);
      const health = healthOf(error);
      const known = error instanceof FluxError ? error : undefined;
      settle(health, known);
      const { failedTrial } = runtime.count({
        namespace: use.namespace,
        digest: module.digest,
        health,
        error,
      });
      if (failedTrial && known) rollBack(entry, known);
      throw error;
    } finally {
      lease?.release();
      const seconds = (performance.now() - began) / 1000;
      metrics?.pluginCall({ plugin: name, operation: use.operation, result, seconds });
      stateChanged(name);
    }
  };

  return {
    find: (kind, type) => {
      const entry = catalog.find({ kind, type });
      return entry && installedOf(entry);
    },
    list: () => catalog.list().flatMap((entry) => installedOf(entry) ?? []),
    async call<T>(use: PluginUse): Promise<PluginResult<T>> {
      const { name, grants } = admit(use);
      const leave = await runtimeOf(name).limiter.enter(grants.concurrency, use.signal);
      try {
        // Whoever waited for its turn is served by what is installed by then.
        return await run<T>(admit(use), use);
      } finally {
        leave();
      }
    },
    onChange(listener) {
      useListeners.add(listener);
      return () => useListeners.delete(listener);
    },
    install(entry, previous) {
      const before = catalog.get(entry.name);
      const runtime = runtimeOf(entry.name);
      const old = before?.origin === 'built-in' ? undefined : before?.module;
      if (entry.module && entry.module.digest !== old?.digest) {
        runtime.replaced(entry.module.digest, previous ?? old);
        if (old) modules.drop(old.digest);
      }
      catalog.put(entry);
    },
    uninstall(name) {
      const digest = catalog.get(name)?.module?.digest;
      catalog.remove(name);
      runtimes.delete(name);
      metrics?.pluginGone(name);
      if (digest && catalog.get(name)?.module?.digest !== digest) modules.drop(digest);
    },
    async compile(module) {
      (await modules.lease(module)).release();
    },
    builtIn(name) {
      const entry = builtIns.find((one) => one.name === name);
      return entry && installedOf(entry);
    },
    state(name) {
      const { statistics, breaker, proven } = runtimeOf(name);
      const conflict = catalog.conflictOf(name);
      const digest = catalog.get(name)?.module?.digest;
      return {
        calls: statistics.calls,
        failures: statistics.failures,
        circuits: breaker.open(),
        proven,
        ...(digest ? { digest } : {}),
        ...(statistics.lastFailure ? { lastFailure: statistics.lastFailure } : {}),
        ...(conflict ? { conflict } : {}),
      };
    },
    onState(listener) {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    close: () => modules.close(),
  };
}

type CallableEntry = CatalogEntry & { readonly module: PluginFile };

function builtInEntry(module: PluginFile): CatalogEntry {
  const { manifest } = module;
  const { name, provides } = manifest;
  const grants = grantsOfRequests(manifest);
  return { name, provides, module, grants, origin: 'built-in', suspended: false, createdAt: '' };
}

function installedOf({ module, grants, origin }: CatalogEntry): InstalledPlugin | undefined {
  return module && { manifest: module.manifest, digest: module.digest, grants, origin };
}

function moduleOf({ module, name, grants }: CallableEntry): ModuleFile {
  const { file, digest } = module;
  return {
    file,
    digest,
    name,
    ...(grants.memoryBytes === undefined ? {} : { memoryBytes: grants.memoryBytes }),
  };
}

function inputOf(grants: CatalogEntry['grants'], use: PluginUse, token: string | undefined) {
  const secret = visibleSecret(grants, use);
  return {
    ...use.input,
    ...(secret ? { secret } : {}),
    ...(token !== undefined && grants.identity?.visible ? { identityToken: token } : {}),
  };
}

/** The shortest time that anybody allows; the sandbox knows that of the manifest. */
function limitsOf({ timeoutMs: granted }: CatalogEntry['grants'], { limits }: PluginUse) {
  const times = [granted, limits?.timeoutMs].filter((ms) => ms !== undefined);
  return { ...limits, ...(times.length > 0 ? { timeoutMs: Math.min(...times) } : {}) };
}
