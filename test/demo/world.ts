import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kinds } from '@flux-host/crds/index.ts';
import { type ControlPlane, startControlPlane } from '@flux-host/deploy/local/control-plane.ts';
import type { ConnectedClient } from '@flux-host/host/kube/client.ts';
import { clientFromKubeconfig } from '@flux-host/host/kube/load-client.ts';
import { gvkOf } from '@flux-host/host/kube/object.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { installDefinitions } from '../helpers/definitions.ts';
import { type GitServer, startGitServer } from '../helpers/git-server.ts';
import { type HostProcess, startHost } from '../helpers/host.ts';
import { type Chat, startChat } from './chat.ts';
import { namespace } from './objects.ts';
import { done } from './screen.ts';
import { writeSpinPlugin } from './spin-plugin.ts';

/** Everything the demo runs on. */
export interface World {
  readonly controlPlane: ControlPlane;
  readonly client: ConnectedClient;
  readonly host: HostProcess;
  readonly git: GitServer;
  readonly chat: Chat;
  readonly repository: Awaited<ReturnType<GitServer['createRepository']>>;
  apply(object: KubeObject): Promise<void>;
  close(): Promise<void>;
}

/** Starts a control plane, a Git server with the sample repository, and the host, telling what it does. */
export async function createWorld(): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'flux-host-demo-'));
  const closers: (() => Promise<void>)[] = [() => rm(dir, { recursive: true, force: true })];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const controlPlane = await timed('Kubernetes API server, controllers and a node are up', () =>
      startControlPlane({ dir: join(dir, 'kubernetes'), temporary: true }),
    );
    closers.push(() => controlPlane.stop());
    const client = await clientFromKubeconfig({ kubeconfig: controlPlane.kubeconfig });
    closers.push(() => client.close());
    const apply = async (object: KubeObject) => {
      const resource = await client.resourceFor(gvkOf(object));
      await client.apply(resource, object, { fieldManager: 'demo', force: true });
    };
    await timed(`${kinds.length} custom resource definitions are installed`, () =>
      installDefinitions(client),
    );
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const git = await startGitServer();
    closers.push(() => git.close());
    const repository = await timed('the sample repository is served over Git smart HTTP', async () =>
      git.createRepository('shop', await sampleFiles()),
    );
    const chat = await startChat();
    closers.push(() => chat.close());
    await writeSpinPlugin(join(dir, 'plugins'));
    const host = await timed('the host is ready, its plugins are loaded', () =>
      startHost({
        kubeconfig: controlPlane.kubeconfig,
        dir: join(dir, 'host'),
        pluginDirs: [join(dir, 'plugins')],
      }),
    );
    closers.push(() => host.stop());
    return { controlPlane, client, git, repository, chat, host, apply, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  done(`${what} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  return result;
}

/** The files of the repository, by their path. */
async function sampleFiles(): Promise<Record<string, string>> {
  const root = join(dirname(fileURLToPath(import.meta.url)), 'repository');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      files.map(async (file) => [relative(root, file), await readFile(file, 'utf8')] as const),
    ),
  );
}
