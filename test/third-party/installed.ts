import { readFile } from 'node:fs/promises';
import { flux } from '@flux-host/cli/testing/flux.ts';
import type { Plugin, PluginGrants } from '@flux-host/crds/plugin/plugin.ts';
import type { PluginRequests } from '@flux-host/sdk/contract/manifest.ts';
import { readManifest } from '@flux-host/sdk/module/manifest.ts';
import { createWorld, type World } from '../e2e/harness.ts';
import { plugin } from '../e2e/plugins/world.ts';
import { type Registry, startRegistry } from '../helpers/registry.ts';
import { installProjects, type Projects } from './projects.ts';

/** A host that runs without any plugin of others, a registry, and the projects of others. */
export interface Scene {
  readonly world: World;
  readonly registry: Registry;
  readonly projects: Projects;
  /** Builds and publishes a project. @returns `oci://…`, without tag, and what the module asks for */
  publish(name: string, file?: string): Promise<{ url: string; requests: PluginRequests }>;
  close(): Promise<void>;
}

export async function createScene(): Promise<Scene> {
  const [world, registry, projects] = await Promise.all([createWorld(), startRegistry(), installProjects()]);
  return {
    world,
    registry,
    projects,
    async publish(name, file) {
      const module = file ?? (await projects.build(name));
      const url = `oci://${registry.address}/others/${name}`;
      const { code, all } = await flux(['plugin', 'push', module, `${url}:1.0.0`], { cwd: projects.dir });
      if (code !== 0) throw new Error(`${name} was not published:\n${all}`);
      const manifest = readManifest(await readFile(module));
      if (!manifest) throw new Error(`${module} has no manifest`);
      return { url, requests: manifest.requests };
    },
    async close() {
      await world.close();
      await Promise.all([registry.stop(), projects.remove()]);
    },
  };
}

/** A Plugin object that grants what was asked for, and more where a test wants that. */
export function granted(
  name: string,
  { url, requests }: { url: string; requests: PluginRequests },
  more: Pick<PluginGrants, 'network' | 'credentials'> = {},
): Plugin {
  const { identity: _, ...wanted } = requests;
  return plugin(name, url, {
    source: { url, ref: { tag: '1.0.0' } },
    grants: {
      ...wanted,
      ...(more.network ? { network: [...(requests.network ?? []), ...more.network] } : {}),
      ...(more.credentials ? { credentials: [...(requests.credentials ?? []), ...more.credentials] } : {}),
    },
  });
}
