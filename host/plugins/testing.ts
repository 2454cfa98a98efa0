/** What the tests of this folder share. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PluginRequests } from '@flux-host/sdk/contract/manifest.ts';
import { embedManifest } from '@flux-host/sdk/module/manifest.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { goPlugin, manifest, textPlugin } from '../sandbox/testing/modules.ts';
import { httpServer, type TestHttpServer } from '../sandbox/testing/servers.ts';
import type { CatalogEntry } from './catalog.ts';
import type { PluginFile } from './directories.ts';
import { grantsOfRequests } from './grants.ts';
import type { PluginHost } from './plugin-host.ts';
import { createPlugins, type PluginsOptions } from './plugins.ts';
import type { Grants, PluginUse } from './types.ts';

export type Setup = Partial<PluginsOptions> & { readonly files?: Readonly<Record<string, Uint8Array>> };

/** Plugins in the real sandbox, and two servers that they can ask. */
export interface Workshop {
  /** `/away` leads to the other one, `/slash` to itself. */
  readonly server: TestHttpServer;
  readonly other: TestHttpServer;
  /** Of the requests to `server`. */
  bodyOf(request: object | undefined): Buffer | undefined;
  /** A host with plugins in a folder of its own. */
  started(setup?: Setup): Promise<PluginHost>;
  /** The Go plugin as a built-in, which is granted what it requests. */
  probe(requests: PluginRequests, setup?: Setup): Promise<PluginHost>;
  /** A module in a file of its own. */
  moduleOf(bytes: Uint8Array): Promise<PluginFile>;
  close(): Promise<void>;
}

export async function openWorkshop(): Promise<Workshop> {
  const sandbox = createSandbox();
  const root = mkdtempSync(join(tmpdir(), 'flux-host-plugins-'));
  const hosts: PluginHost[] = [];
  const bodies = new Map<object, Buffer>();
  const other = await httpServer((_request, response) => response.end('other'));
  const server = await httpServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', server.url);
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      bodies.set(request, Buffer.concat(pieces));
      if (pathname === '/away') response.writeHead(302, { location: `${other.url}/` });
      if (pathname === '/slash') response.writeHead(302, { location: `/slash/${search}` });
      response.end();
    });
  });
  let modules = 0;

  async function started({ files, ...options }: Setup = {}): Promise<PluginHost> {
    const dir = mkdtempSync(join(root, 'plugins-'));
    for (const [name, bytes] of Object.entries(files ?? {})) writeFileSync(join(dir, name), bytes);
    const onError = (error: Error) => {
      throw error;
    };
    const plugins = await createPlugins({ sandbox, dirs: [dir], onError, ...options });
    hosts.push(plugins);
    return plugins;
  }

  return {
    server,
    other,
    bodyOf: (request) => request && bodies.get(request),
    started,
    probe: (requests, setup) => started({ ...setup, files: { 'probe.wasm': probeWith(requests) } }),
    async moduleOf(bytes) {
      modules += 1;
      const file = join(root, `module-${modules}.wasm`);
      writeFileSync(file, bytes);
      return { ...(await sandbox.inspect(file)), file };
    },
    async close() {
      for (const host of hosts) host.close();
      await sandbox.close();
      await Promise.all([server.close(), other.close()]);
      rmSync(root, { recursive: true });
    },
  };
}

let probeModule: Uint8Array | undefined;

/** The Go plugin with these requests. */
export function probeWith(requests: PluginRequests): Uint8Array {
  probeModule ??= goPlugin();
  return embedManifest(probeModule, manifest({ requests }));
}

/** A call of the probe. */
export function use(
  operation: string,
  input: Record<string, unknown> = {},
  more: Partial<PluginUse> = {},
): PluginUse {
  return { kind: 'builder', type: 'probe', namespace: 'apps', operation, input, ...more };
}

/** A plugin that is installed as `probe`, by an administrator who granted nothing. */
export function entryOf(more: Partial<CatalogEntry> = {}): CatalogEntry {
  return {
    name: 'probe',
    origin: { plugin: 'probe' },
    provides: [{ kind: 'builder', type: 'probe' }],
    grants: { network: [], capabilities: [], secretKeys: [], credentials: [] },
    suspended: false,
    createdAt: '2026-01-01T00:00:00Z',
    ...more,
  };
}

/** The built-in plugin as an administrator would install it. */
export function installable(
  plugins: PluginHost,
  changes: Partial<Grants> = {},
  more: Partial<CatalogEntry> = {},
): CatalogEntry {
  const found = plugins.find('builder', 'probe');
  if (!found) throw new Error('no plugin');
  return entryOf({ grants: { ...grantsOfRequests(found.manifest), ...changes }, ...more });
}

/** A builder that answers with a number, or does not come to its end. */
export const answering = (version: string, code: string) =>
  textPlugin(
    `(import "extism:host/user" "flux_output" (func $output (param i32 i32)))
     (memory (export "memory") 1) (data (i32.const 0) "1") (func (export "build") (result i32) ${code} i32.const 0)`,
    { version, requests: { timeout: '1s' } },
  );

/** Code of a builder that answers. */
export const well = '(call $output (i32.const 0) (i32.const 1))';

/** A plugin that is installed, and the module that it can be upgraded to. */
export async function withTwo(
  { started, moduleOf }: Workshop,
  codes: readonly [first: string, second: string],
  setup: Setup = {},
) {
  const plugins = await started(setup);
  const old = await moduleOf(await answering('1.0.0', codes[0]));
  const next = await moduleOf(await answering('2.0.0', codes[1]));
  plugins.install(entryOf({ module: old }));
  return { plugins, old, next, upgrade: () => plugins.install(entryOf({ module: next })) };
}
