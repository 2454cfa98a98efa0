import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import type { EgressGrant, LoadedPlugin, Sandbox } from '@flux-host/host/sandbox/types.ts';
import type { FetchResponse, ResolveResponse, SourceRequest } from '@flux-host/sdk/contract/source.ts';
import { root } from '../../scripts/paths.ts';

/** The git plugin in the host's own sandbox. */
export interface GitPlugin {
  readonly plugin: LoadedPlugin;
  readonly sandbox: Sandbox;
  resolve(request: SourceRequest, egress?: Partial<EgressGrant>): Promise<ResolveResponse>;
  fetch(request: SourceRequest, egress?: Partial<EgressGrant>): Promise<Fetched>;
  /** Resolve and, with its answer, fetch. */
  get(request: SourceRequest, egress?: Partial<EgressGrant>): Promise<Fetched>;
  close(): Promise<void>;
}

export interface Fetched extends FetchResponse {
  /** Folder with the tree; removed when the plugin is closed. */
  readonly out: string;
}

/** Loads the plugin that `npm test` built, on request with less memory than it asks for. */
export async function loadGitPlugin(granted: { memoryBytes?: number } = {}): Promise<GitPlugin> {
  const sandbox = createSandbox();
  const plugin = await sandbox.load(readFileSync(join(root, '.build/plugins/git.wasm')), granted);
  const folders: string[] = [];
  const call = { plugin, tenant: 'test' };
  const grant = (egress: Partial<EgressGrant> = {}) => ({ allow: ['127.0.0.1'], ...egress });

  const resolve: GitPlugin['resolve'] = async (input, egress) => {
    const result = await sandbox.call<ResolveResponse>({
      ...call,
      export: 'resolve',
      input,
      egress: grant(egress),
    });
    return result.output;
  };
  const fetch: GitPlugin['fetch'] = async (input, egress) => {
    const out = mkdtempSync(join(tmpdir(), 'git-out-'));
    folders.push(out);
    const result = await sandbox.call<FetchResponse>({
      ...call,
      export: 'fetch',
      input,
      out,
      egress: grant(egress),
    });
    return { ...result.output, out };
  };
  return {
    plugin,
    sandbox,
    resolve,
    fetch,
    async get(request, egress) {
      const { resolved } = await resolve(request, egress);
      return fetch({ ...request, resolved }, egress);
    },
    async close() {
      await sandbox.close();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A Secret's data as the host sends it. */
export function secretData(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
}
