import { FluxError } from '../errors/flux-error.ts';
import { isAbort } from '../errors/text.ts';
import type { PluginMetrics } from '../observability/plugin-metrics.ts';
import type { PluginCall, Sandbox } from '../sandbox/types.ts';
import { checkAnswer } from './answer.ts';
import type { Catalog, CatalogEntry, Use } from './catalog.ts';
import { createConfigCheck } from './config/check.ts';
import { type CallableEntry, moduleOf } from './entry.ts';
import { namespaceNotAllowed, noSuchPlugin, pluginSuspended, pluginUnavailable } from './errors.ts';
import { egressOf, secretEntries, visibleSecret } from './grants.ts';
import { healthOf, resultOf } from './health.ts';
import { createIdentities, type IdentityToken } from './identity.ts';
import type { ModuleLease, Modules } from './modules.ts';
import type { Runtime } from './runtime.ts';
import type { PluginResult, PluginUse } from './types.ts';

export interface CallerOptions {
  readonly sandbox: Sandbox;
  readonly catalog: Catalog;
  readonly modules: Modules;
  readonly identityToken: IdentityToken | undefined;
  readonly metrics: PluginMetrics | undefined;
  runtimeOf(name: string): Runtime;
  /** A call ended. */
  onCalled(name: string): void;
  /** The first calls of a new module broke down, one after the other. */
  onFailedTrial(entry: CallableEntry, error: FluxError): void;
}

/** Makes the one function through which every plugin is called: see `Plugins.call`. */
export function createCaller(options: CallerOptions): <T>(use: PluginUse) => Promise<PluginResult<T>> {
  const { sandbox, catalog, modules, metrics, runtimeOf } = options;
  const configs = createConfigCheck();
  const identities = createIdentities(options.identityToken);

  /** Who answers, if it may. */
  const admit = (use: PluginUse): CallableEntry => {
    const entry = find(catalog, use);
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

  const run = async <T>(entry: CallableEntry, use: PluginUse): Promise<PluginResult<T>> => {
    const { name, grants, module } = entry;
    const runtime = runtimeOf(name);
    const settle = runtime.breaker.enter(use.namespace);
    const about = { namespace: use.namespace, digest: module.digest };
    let lease: ModuleLease | undefined;
    try {
      lease = await modules.lease(moduleOf(entry));
      const token = await identities.token(name, grants.identity, use);
      const answer = await sandbox.call<T>(callOf(use, { lease, entry, token }));
      checkAnswer(lease.plugin, use, answer.output);
      settle('well');
      runtime.count({ ...about, health: 'well' });
      return { ...answer, digest: module.digest };
    } catch (error) {
      const health = healthOf(error);
      const known = error instanceof FluxError ? error : undefined;
      settle(health, known);
      const { failedTrial } = runtime.count({ ...about, health, error });
      if (failedTrial && known) options.onFailedTrial(entry, known);
      throw error;
    } finally {
      lease?.release();
    }
  };

  const measured = async <T>(entry: CallableEntry, use: PluginUse): Promise<PluginResult<T>> => {
    const { name } = entry;
    const began = performance.now();
    let result = 'ok';
    try {
      return await run<T>(entry, use);
    } catch (error) {
      result = isAbort(error) ? 'aborted' : resultOf(error);
      throw error;
    } finally {
      const seconds = (performance.now() - began) / 1000;
      metrics?.pluginCall({ plugin: name, operation: use.operation, result, seconds });
      options.onCalled(name);
    }
  };

  return async <T>(use: PluginUse) => {
    const { name, grants } = admit(use);
    const leave = await runtimeOf(name).limiter.enter(grants.concurrency, use.signal);
    try {
      // Whoever waited for its turn is served by what is installed by then.
      return await measured<T>(admit(use), use);
    } finally {
      leave();
    }
  };
}

/** @throws FluxError FLUX_E_PLUGIN_MISSING naming what could be meant */
function find(catalog: Catalog, use: Use): CatalogEntry {
  const entry = catalog.find(use);
  if (entry) return entry;
  const types = catalog
    .list()
    .flatMap(({ provides }) => provides.filter(({ kind }) => kind === use.kind).map(({ type }) => type));
  throw noSuchPlugin(`for ${use.kind} "${use.type}"`, types);
}

function callOf(
  use: PluginUse,
  { lease, entry, token }: { lease: ModuleLease; entry: CallableEntry; token: string | undefined },
): PluginCall {
  const { name, grants } = entry;
  const secret = visibleSecret(grants, use);
  return {
    plugin: lease.plugin,
    export: use.operation,
    tenant: use.namespace,
    input: {
      ...use.input,
      ...(secret ? { secret } : {}),
      ...(use.kind === 'notifier' ? presence(grants, use, token) : {}),
      ...(token !== undefined && grants.identity?.visible ? { identityToken: token } : {}),
    },
    egress: egressOf(name, grants, use, token),
    limits: limitsOf(grants, use),
    ...(use.mounts ? { mounts: use.mounts } : {}),
    ...(use.files ? { files: use.files } : {}),
    ...(use.out ? { out: use.out } : {}),
    ...(use.signal ? { signal: use.signal } : {}),
  };
}

/** What there is to prove who asks, so that a notifier can tell what is missing without seeing any of it. */
function presence(grants: CatalogEntry['grants'], use: PluginUse, token: string | undefined) {
  return { secretEntries: secretEntries(grants, use), hasIdentity: token !== undefined };
}

/** The shortest time that anybody allows; the sandbox knows that of the manifest. */
function limitsOf({ timeoutMs: granted }: CatalogEntry['grants'], { limits }: PluginUse) {
  const times = [granted, limits?.timeoutMs].filter((ms) => ms !== undefined);
  return { ...limits, ...(times.length > 0 ? { timeoutMs: Math.min(...times) } : {}) };
}
