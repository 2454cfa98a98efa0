import { createSandbox, type PluginLog, type SandboxOptions } from '@flux-host/host/sandbox/sandbox.ts';
import type { LoadedPlugin, PluginCall } from '@flux-host/host/sandbox/types.ts';
import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import { type ProgramOptions, program, type Step } from './program.ts';

/** What a hostile program got. */
export interface Loot {
  /** What each step returned. */
  readonly codes: readonly number[];
  readonly bytes: Buffer;
  readonly text: string;
  readonly reads: readonly string[];
  readonly skipped: readonly string[];
}

export type AttackOptions = Partial<Omit<PluginCall, 'plugin' | 'export'>> &
  ProgramOptions & { readonly manifest?: Partial<PluginManifest> };

/** The host's own sandbox, and what its plugins wrote to the log. */
export interface Cage {
  readonly log: PluginLog[];
  /** Runs a program; @throws FluxError of the call */
  attack(steps: readonly Step[], options?: AttackOptions): Promise<Loot>;
  load(module: Uint8Array): Promise<LoadedPlugin>;
  /** Calls `build` of a module. */
  build(plugin: LoadedPlugin, options?: AttackOptions): Promise<unknown>;
  /** Whether a well-behaved plugin still runs, in the same threads. */
  alive(): Promise<boolean>;
  close(): Promise<void>;
}

export function createCage(options: SandboxOptions = {}): Cage {
  const log: PluginLog[] = [];
  const sandbox = createSandbox({ ...options, log: (entry) => log.push(entry) });
  const call = (plugin: LoadedPlugin, { dump, code, parts, manifest, ...more }: AttackOptions = {}) =>
    sandbox.call({ plugin, export: 'build', input: {}, tenant: 'hostile', ...more });
  const attack: Cage['attack'] = async (steps, attackOptions = {}) => {
    const { dump, code, parts, manifest } = attackOptions;
    const how = {
      ...(dump === undefined ? {} : { dump }),
      ...(code ? { code } : {}),
      ...(parts ? { parts } : {}),
    };
    const plugin = await sandbox.load(await program(steps, how, manifest));
    const { output, reads, skipped } = await call(plugin, attackOptions);
    const { codes, bytes } = lootOf(output);
    return { codes: codes.slice(0, -1), bytes, text: bytes.toString('utf8'), reads, skipped };
  };
  return {
    log,
    attack,
    load: (module) => sandbox.load(module),
    build: async (plugin, how) => (await call(plugin, how)).output,
    alive: async () => (await attack([], { tenant: 'neighbour' })).codes.length === 0,
    close: () => sandbox.close(),
  };
}

function lootOf(output: unknown): { codes: number[]; bytes: Buffer } {
  if (typeof output !== 'object' || output === null || !('codes' in output) || !('dump' in output))
    throw new Error('the program did not answer');
  const { codes, dump } = output;
  if (!Array.isArray(codes) || typeof dump !== 'string')
    throw new Error('the program answered something else');
  return { codes: codes.map(Number), bytes: Buffer.from(dump, 'hex') };
}
