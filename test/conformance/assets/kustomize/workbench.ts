import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { createBuilder } from '@flux-host/host/build/builder.ts';
import type { BuildRequest } from '@flux-host/host/build/types.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { createPlugins } from '@flux-host/host/plugins/plugins.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';

/** What is built, in the terms of the builder's contract. */
export interface Work {
  /** The artifact's folder. */
  readonly tree: string;
  readonly path: string;
  readonly spec: object;
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface GeneratedFile {
  readonly file: string;
  readonly content: string;
  readonly created: boolean;
}

/** The kustomize plugin in the host's sandbox. Every method rejects with the host's error. */
export interface Workbench {
  generate(work: Work): Promise<GeneratedFile>;
  build(work: Work): Promise<string>;
  /** Through the host: build, substitution and parsing. */
  objects(
    work: Work,
    substitution: Pick<BuildRequest, 'variables' | 'substituteStrategy' | 'strict'>,
  ): Promise<KubeObject[]>;
  /** A new empty folder. */
  folder(): Promise<string>;
  close(): Promise<void>;
}

const folder = join(import.meta.dirname, '../../../../.build/plugins');
const plugin = 'kustomize';
const tenant = 'conformance';

export async function openWorkbench(scratch: string): Promise<Workbench> {
  const sandbox = createSandbox({ slots: 1 });
  const plugins = await createPlugins({
    sandbox,
    dirs: [folder],
    onError: (error) => {
      throw error;
    },
  });
  const builder = createBuilder({ plugins });
  const call = async <T>(name: string, { tree, path, spec, config }: Work): Promise<T> => {
    const input = { path, spec, ...(config ? { config } : {}) };
    const { output } = await plugins.call<T>({
      kind: 'builder',
      type: plugin,
      operation: name,
      namespace: tenant,
      mounts: { '/in': tree },
      input,
    });
    return output;
  };
  return {
    generate: (work) => call('generate', work),
    build: async (work) => {
      const { resources, remotes } = await call<{ resources?: string; remotes?: string[] }>('build', work);
      if (resources === undefined) throw new Error(`it wants the remote bases ${remotes}`);
      return resources;
    },
    objects: async ({ tree, ...work }, substitution) => {
      const lease = { dir: tree, digest: `sha256:${tree}`, release: () => {} };
      const { objects } = await builder.build({
        ...work,
        ...substitution,
        plugin,
        tree: lease,
        tenant,
        remoteBases: 'refuse',
        signal: new AbortController().signal,
      });
      return objects;
    },
    folder: () => mkdtemp(join(scratch, 'case-')),
    close: async () => {
      await builder.close();
      plugins.close();
      await sandbox.close();
    },
  };
}
