import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import { createWorld, type World } from '../../e2e/harness.ts';
import { closeRegistryClient, plugin, pushModule } from '../../e2e/plugins/world.ts';
import { type FaultProxy, type Registry, startFaultProxy, startRegistry } from '../../helpers/registry.ts';

/** The host in a process of its own, an API server, and a registry with an attacker in front of it. */
export interface Stage {
  readonly world: World;
  /** Folder of the host. */
  readonly dir: string;
  /** What Plugins are told is the registry. */
  readonly front: FaultProxy;
  /** Address of a repository for the host. */
  url(name: string): string;
  /** The same repository for the test, past the attacker. */
  behind(name: string): string;
  /** Pushes a module and makes its Plugin, which is not waited for. */
  install(name: string, module: Uint8Array, spec?: Partial<Plugin['spec']>): Promise<void>;
  /** Takes a Plugin away. */
  uninstall(name: string): Promise<void>;
  /** The host's log since the start of the test file. */
  log(): Promise<string>;
  metrics(): Promise<string>;
  close(): Promise<void>;
}

export async function createStage(flags: readonly string[] = []): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'flux-host-escape-'));
  const [world, registry]: [World, Registry] = await Promise.all([
    createWorld({ dir, flags }),
    startRegistry(),
  ]);
  const front = await startFaultProxy(registry.address);
  const url = (name: string) => `oci://${front.address}/plugins/${name}`;
  const behind = (name: string) => `oci://${registry.address}/plugins/${name}`;
  return {
    world,
    dir,
    front,
    url,
    behind,
    async install(name, module, spec = {}) {
      await pushModule(`${behind(name)}:latest`, module);
      await world.apply(plugin(name, url(name), spec));
    },
    async uninstall(name) {
      await world.delete(`Plugin/${name}`);
      await world.gone(`Plugin/${name}`);
    },
    log: () => world.host.logs(),
    metrics: async () => (await fetch(world.host.metricsUrl)).text(),
    async close() {
      await world.close();
      await front.stop();
      await registry.stop();
      await closeRegistryClient();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A PluginSource of a source plugin. */
export function pluginSource(namespace: string, name: string, spec: Record<string, unknown> = {}) {
  return {
    apiVersion: 'plugin.extensions.fluxcd.io/v1alpha1',
    kind: 'PluginSource',
    metadata: { name, namespace },
    spec: { plugin: name, interval: '1h', ...spec },
  };
}
