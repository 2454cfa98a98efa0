import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBuilder } from '@flux-host/host/build/builder.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { createPlugins } from '@flux-host/host/plugins/plugins.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import { materialOf } from '@flux-host/host/sops/keys/material.ts';
import { unwrap } from '@flux-host/host/sops/keys/unwrap.ts';
import type { WrappedDataKey } from '@flux-host/host/sops/keys/wrapped.ts';
import { type Sops, startSops } from '../../../helpers/sops.ts';

/** Entries of a decryption Secret, as text. */
export type Keys = Readonly<Record<string, string>>;

/** The host's decryption with the real plugins. */
export interface Workbench {
  dataKey(wrapped: WrappedDataKey, keys: Keys): Promise<Uint8Array>;
  /** Builds a folder of a tree and decrypts it. */
  build(tree: string, path: string, keys: Keys): Promise<KubeObject[]>;
  /** The real sops, where a case has files encrypted. */
  sops(): Promise<Sops>;
  /** A new empty folder. */
  folder(): string;
  close(): Promise<void>;
}

const plugins = join(import.meta.dirname, '../../../../.build/plugins');
const namespace = 'conformance';
const { signal } = new AbortController();

export async function openWorkbench(): Promise<Workbench> {
  const scratch = mkdtempSync(join(tmpdir(), 'sops-'));
  const sandbox = createSandbox({ slots: 1 });
  const host = await createPlugins({
    sandbox,
    dirs: [plugins],
    onError: (error) => {
      throw error;
    },
  });
  const builder = createBuilder({ plugins: host });
  let sops: Promise<Sops> | undefined;
  const dataKey: Workbench['dataKey'] = (wrapped, keys) =>
    unwrap({ plugins: host, namespace, material: materialOf(base64(keys), 'keys') }, wrapped, signal);
  return {
    dataKey,
    async build(tree, path, keys) {
      const { objects } = await builder.build({
        plugin: 'kustomize',
        tree: { dir: tree, digest: `sha256:${tree}`, release: () => {} },
        path,
        spec: {},
        tenant: namespace,
        remoteBases: 'refuse',
        signal,
        decryption: { id: 'conformance', dataKey: (wrapped) => dataKey(wrapped, keys) },
      });
      return objects;
    },
    sops() {
      sops ??= startSops();
      return sops;
    },
    folder: () => mkdtempSync(join(scratch, 'case-')),
    async close() {
      await builder.close();
      host.close();
      await sandbox.close();
      await (await sops)?.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

function base64(keys: Keys): Record<string, string> {
  const entries = Object.entries(keys).map(([name, text]) => [name, Buffer.from(text).toString('base64')]);
  return Object.fromEntries(entries);
}
