import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { createBuilder } from '@flux-host/host/build/builder.ts';
import { createRemoteFetch } from '@flux-host/host/build/remote/fetch.ts';
import type { Builder } from '@flux-host/host/build/types.ts';
import { createPlugins } from '@flux-host/host/plugins/plugins.ts';
import type { Plugins } from '@flux-host/host/plugins/types.ts';
import { createEgress, type Egress } from '@flux-host/host/sandbox/egress/egress.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import type { Io } from '../io.ts';
import { createLog } from '../output/log.ts';
import { pluginsMissing } from './errors.ts';

/** The host's own builder and its plugins, in this process. */
export interface Engine {
  readonly builder: Builder;
  readonly plugins: Pick<Plugins, 'call'>;
  /** The way out, for what is fetched beside plugins. */
  readonly egress: Egress;
  close(): Promise<void>;
}

/** The plugins of this checkout of the project. */
const ownPlugins = join(import.meta.dirname, '../../.build/plugins');

/**
 * Folders of the plugins that build: those of the host, in place of which or besides which `FLUX_HOST_PLUGINS` can name
 * others; a plugin of a later folder wins.
 */
export function pluginFolders({ env, cwd }: Pick<Io, 'env' | 'cwd'>): string[] {
  const named = (env['FLUX_HOST_PLUGINS'] ?? '').split(delimiter).filter(Boolean);
  const own = existsSync(ownPlugins) ? [ownPlugins] : [];
  return [...own, ...named.map((folder) => resolve(cwd, folder))];
}

/**
 * Starts what builds Kustomizations: the plugins in their sandbox, and the worker that substitutes variables.
 * @throws FluxError FLUX_E_CLI_PLUGINS when there is no plugin that builds
 */
export async function startEngine(io: Io): Promise<Engine> {
  const log = createLog(io);
  const egress = createEgress();
  const sandbox = createSandbox({ slots: 2, egress });
  const dirs = pluginFolders(io);
  const faults: Error[] = [];
  const plugins = await createPlugins({ sandbox, dirs, onError: (error) => faults.push(error) });
  const folders = temporaryFolders();
  const fetchRemote = createRemoteFetch({ plugins, egress, store: folders });
  const builder = createBuilder({ plugins, fetchRemote, cacheBytes: 0 });
  const close = async (): Promise<void> => {
    await builder.close();
    plugins.close();
    await sandbox.close();
    await egress.close();
    await folders.close();
  };
  const isComplete = plugins.find('builder', 'kustomize') !== undefined;
  // Of the host's own plugins a build needs few: a fault of another one is nobody's business here.
  if (!isComplete || io.env['FLUX_HOST_PLUGINS']) for (const { message } of faults) log.warning(message);
  if (isComplete) return { builder, plugins, egress, close };
  await close();
  throw pluginsMissing(dirs);
}

/** Folders for what is fetched on the way. */
function temporaryFolders() {
  const made: string[] = [];
  const remove = (dir: string) => rm(dir, { recursive: true, force: true });
  return {
    async workDir() {
      const dir = await mkdtemp(join(tmpdir(), 'flux-base-'));
      made.push(dir);
      return { dir, release: () => void remove(dir).catch(() => {}) };
    },
    close: async () => {
      await Promise.all(made.map(remove));
    },
  };
}
