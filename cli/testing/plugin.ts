import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  contractVersion,
  kindExports,
  type PluginKind,
  type PluginManifest,
} from '@flux-host/sdk/contract/manifest.ts';
import { embedManifest } from '@flux-host/sdk/module/manifest.ts';
import { assemble, customSection, type WasmSection } from '@flux-host/sdk/module/sections.ts';
import { type FluxOptions, type FluxResult, flux } from './flux.ts';

/** A folder with a home of its own, in which command lines run. */
export interface Workplace {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  flux(line: string, options?: FluxOptions): Promise<FluxResult>;
  remove(): void;
}

export function workplace(): Workplace {
  const dir = mkdtempSync(join(tmpdir(), 'flux-workplace-'));
  const env = { HOME: dir, PATH: process.env['PATH'] ?? '' };
  return {
    dir,
    env,
    flux: (line, options = {}) =>
      flux(line.split(' ').filter(Boolean), { cwd: dir, ...options, env: { ...env, ...options.env } }),
    remove: () => rmSync(dir, { recursive: true }),
  };
}

export interface ModuleOptions {
  readonly name: string;
  readonly version?: string;
  /** By which users reach it; default: the name. */
  readonly type?: string;
  readonly kinds?: readonly PluginKind[];
  readonly requests?: PluginManifest['requests'];
  /** Makes another module of the same manifest. */
  readonly salt?: string;
}

/** A module that is a plugin as far as its structure goes: its functions do nothing. Takes no time to make. */
export function emptyModule(options: ModuleOptions): Uint8Array {
  const { name, type = name, version = '1.0.0', kinds = ['notifier'], requests = {}, salt = '' } = options;
  const functions = kinds.flatMap((kind) => kindExports[kind]);
  const text = (value: string) => [value.length, ...Buffer.from(value)];
  const exports = [
    functions.length + 1,
    ...text('memory'),
    2,
    0,
    ...functions.flatMap((each, index) => [...text(each), 0, index]),
  ];
  const parts: WasmSection[] = [
    // One type: no parameters, gives an i32.
    { id: 1, body: Uint8Array.from([1, 0x60, 0, 1, 0x7f]) },
    { id: 3, body: Uint8Array.from([functions.length, ...functions.map(() => 0)]) },
    { id: 5, body: Uint8Array.from([1, 0, 1]) },
    { id: 7, body: Uint8Array.from(exports) },
    // i32.const 0
    { id: 10, body: Uint8Array.from([functions.length, ...functions.flatMap(() => [4, 0, 0x41, 0, 0x0b])]) },
    customSection('salt', Buffer.from(salt)),
  ];
  return embedManifest(assemble(parts), {
    contract: contractVersion,
    name,
    version,
    description: `The plugin ${name}`,
    provides: kinds.map((kind) => ({ kind, type })),
    requests,
  });
}
