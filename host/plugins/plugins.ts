import type { FluxError } from '../errors/flux-error.ts';
import type { PluginMetrics } from '../observability/plugin-metrics.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { createCaller } from './caller.ts';
import { createCatalog } from './catalog.ts';
import { readPluginDirs } from './directories.ts';
import { builtInEntry, type CallableEntry, installedOf } from './entry.ts';
import type { IdentityToken } from './identity.ts';
import { createListeners } from './listeners.ts';
import { createModules } from './modules.ts';
import type { PluginHost, Rollback } from './plugin-host.ts';
import { Runtime } from './runtime.ts';

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
}

const defaultIdleMs = 300_000;

/** Finds the plugins of the folders; their modules are compiled when they are called. */
export async function createPlugins(options: PluginsOptions): Promise<PluginHost> {
  const { sandbox, metrics } = options;
  const files = await readPluginDirs(sandbox, options.dirs, options.onError);
  const builtIns = files.map(builtInEntry);
  const uses = createListeners<Parameters<Parameters<PluginHost['onChange']>[0]>>();
  const states = createListeners<[name: string]>();
  const rollbacks = createListeners<[Rollback]>();
  const catalog = createCatalog({
    builtIns,
    onUse: ({ kind, type }) => uses.tell(kind, type),
    onConflict: (name) => states.tell(name),
  });
  const modules = createModules({
    sandbox,
    idleMs: options.idleMs ?? defaultIdleMs,
    onCount: (count) => metrics?.pluginModules(count),
  });
  const runtimes = new Map<string, Runtime>();
  const runtimeOf = (name: string): Runtime => {
    const found = runtimes.get(name);
    if (found) return found;
    const made: Runtime = new Runtime(name, {
      ...options.breaker,
      onCircuit: () => {
        metrics?.pluginCircuits(name, made.breaker.open().length);
        states.tell(name);
      },
    });
    runtimes.set(name, made);
    return made;
  };

  /** The module before the present one is called again. */
  const rollBack = ({ name, module }: CallableEntry, error: FluxError) => {
    const runtime = runtimeOf(name);
    const { previous } = runtime;
    const current = catalog.get(name);
    if (!previous || current?.module?.digest !== module.digest) return;
    runtime.replaced(previous.digest);
    catalog.put({ ...current, module: previous, provides: previous.manifest.provides });
    modules.drop(module.digest);
    metrics?.pluginRollback(name);
    rollbacks.tell({ plugin: name, from: module.digest, to: previous.digest, error });
    states.tell(name);
  };

  return {
    find(kind, type) {
      const entry = catalog.find({ kind, type });
      return entry && installedOf(entry);
    },
    list: () => catalog.list().flatMap((entry) => installedOf(entry) ?? []),
    call: createCaller({
      sandbox,
      catalog,
      modules,
      metrics,
      identityToken: options.identityToken,
      runtimeOf,
      onCalled: (name) => states.tell(name),
      onFailedTrial: rollBack,
    }),
    onChange: (listener) => uses.add(listener),
    install(entry, previous) {
      const before = catalog.get(entry.name);
      const old = before?.origin === 'built-in' ? undefined : before?.module;
      if (entry.module && entry.module.digest !== old?.digest) {
        runtimeOf(entry.name).replaced(entry.module.digest, previous ?? old);
        if (old) modules.drop(old.digest);
      }
      catalog.put(entry);
    },
    suspend(name, suspended) {
      const entry = catalog.get(name);
      if (entry && entry.origin !== 'built-in' && entry.suspended !== suspended) {
        catalog.put({ ...entry, suspended });
      }
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
      const entry = catalog.get(name);
      const conflict = catalog.conflictOf(name);
      return {
        calls: statistics.calls,
        failures: statistics.failures,
        lastFailure: statistics.lastFailure,
        circuits: breaker.open(),
        digest: entry?.module?.digest,
        proven,
        conflict,
      };
    },
    onState: (listener) => states.add(listener),
    onRollback: (listener) => rollbacks.add(listener),
    close: () => modules.close(),
  };
}
