import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createSandbox, type PluginLog } from '@flux-host/host/sandbox/sandbox.ts';
import type { LoadedPlugin, PluginCall } from '@flux-host/host/sandbox/types.ts';
import { buildPlugin } from '@flux-host/sdk/typescript/build/index.ts';

/** Where plugins are written, built and called in the host's own sandbox. */
export interface Workbench {
  readonly dir: string;
  /** What the plugins logged. */
  readonly log: PluginLog[];
  /** Builds `plugin.ts` of these files and loads it. */
  load(files: Readonly<Record<string, string>>): Promise<LoadedPlugin>;
  loadBytes(wasm: Uint8Array): Promise<LoadedPlugin>;
  /** A plugin of the kind command whose `run` has this body, with `args` in reach; the answer is what it returns, as JSON. */
  command(body: string, about?: string): Promise<Command>;
  call<T>(plugin: LoadedPlugin, name: string, more?: Partial<PluginCall>): Promise<T>;
  close(): Promise<void>;
}

/** Calls a command with arguments and gives what its body returned. */
export type Command = (args?: readonly string[], more?: Partial<PluginCall>) => Promise<unknown>;

export function workbench(): Workbench {
  const dir = mkdtempSync(join(tmpdir(), 'flux-sdk-'));
  const log: PluginLog[] = [];
  const sandbox = createSandbox({ log: (entry) => log.push(entry) });
  let count = 0;
  const write = (files: Readonly<Record<string, string>>): string => {
    count += 1;
    const folder = join(dir, `project-${count}`);
    const manifest = JSON.stringify({ name: 'test', version: '1.2.3', description: 'A test' });
    for (const [name, content] of Object.entries({ 'package.json': manifest, ...files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    return join(folder, 'plugin.ts');
  };
  const load = async (files: Readonly<Record<string, string>>) => {
    const { wasm } = await buildPlugin({ entry: write(files) });
    return sandbox.load(wasm);
  };
  const call = async <T>(plugin: LoadedPlugin, name: string, more: Partial<PluginCall> = {}): Promise<T> => {
    const { output } = await sandbox.call<T>({ plugin, export: name, input: {}, tenant: 'test', ...more });
    return output;
  };
  return {
    dir,
    log,
    load,
    loadBytes: (wasm) => sandbox.load(wasm),
    call,
    async command(body, about = '') {
      const source = `import * as sdk from '@flux-host/sdk/typescript';
        const body = async (args: readonly string[]) => { ${body} };
        export default sdk.defineCommand({ name: 'probe', ${about}
          run: async ({ args }) => ({ stdout: JSON.stringify((await body(args)) ?? null) }) });`;
      const plugin = await load({ 'plugin.ts': source });
      return async (args = [], more = {}) => {
        const { stdout } = await call<{ stdout: string }>(plugin, 'run', { input: { args }, ...more });
        return JSON.parse(stdout);
      };
    },
    async close() {
      await sandbox.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
