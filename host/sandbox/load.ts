import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { kindExports, type PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import { readManifest } from '@flux-host/sdk/module/manifest.ts';
import { parseDuration } from '../duration/duration.ts';
import { errorText } from '../errors/text.ts';
import { invalidAbi, invalidManifest, invalidModule, memoryTooLarge } from './errors.ts';
import { unknownImports } from './imports.ts';
import { moduleExports } from './interface.ts';
import { manifestFault } from './manifest-bounds.ts';
import { declaredMemory, limitModule, pageSize, parseBytes } from './memory-limit.ts';
import { releaseBytes } from './release.ts';
import { readSkeleton } from './skeleton.ts';
import { refuseHeapTypes } from './table-limit.ts';
import type { InspectedPlugin, LoadedPlugin } from './types.ts';

/** Bytes that are hashed at a time, a few milliseconds. */
const hashSlice = 4 * 2 ** 20;

/** Bounds of what may be loaded, in bytes. */
export interface LoadLimits {
  readonly moduleBytes: number;
  /** For plugins that do not say. */
  readonly defaultMemoryBytes: number;
  /** Whatever a plugin says. */
  readonly maxMemoryBytes: number;
}

/**
 * Checks a module and compiles it, on the engine's own threads.
 * @throws FluxError FLUX_E_PLUGIN_INVALID, _MANIFEST, _ABI, _MEMORY
 */
export async function loadPlugin(bytes: Uint8Array, limits: LoadLimits): Promise<LoadedPlugin> {
  if (bytes.length > limits.moduleBytes) {
    throw invalidModule(`has ${bytes.length} bytes, at most ${limits.moduleBytes} are allowed`);
  }
  const facts = factsOf(bytes, limits);
  const digest = await digestOf(bytes);
  const limited = bounded(bytes, facts.memoryBytes, facts.manifest.name);
  const module = await compile(limited);
  if (limited.buffer !== bytes.buffer) releaseBytes(limited);
  return { ...facts, module, digest, size: bytes.length };
}

/**
 * The same checks of a file, except for the code itself, without reading the whole of it into memory.
 * @throws FluxError as {@link loadPlugin}; the error of the file system
 */
export async function inspectPlugin(file: string, limits: LoadLimits): Promise<InspectedPlugin> {
  const { bytes, digest, size } = await readSkeleton(file, limits.moduleBytes).catch((error: unknown) => {
    throw error instanceof RangeError ? invalidModule(error.message, error) : error;
  });
  return { ...factsOf(bytes, limits), digest, size };
}

/** In slices: a module may have 100 MB. */
async function digestOf(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += hashSlice) {
    hash.update(bytes.subarray(at, at + hashSlice));
    await setImmediate();
  }
  return `sha256:${hash.digest('hex')}`;
}

function factsOf(bytes: Uint8Array, limits: LoadLimits) {
  const manifest = manifestOf(bytes);
  const memoryBytes = memoryOf(bytes, manifest, limits);
  return { manifest, memoryBytes, exports: checkedExports(bytes, manifest), timeoutMs: timeoutOf(manifest) };
}

function manifestOf(bytes: Uint8Array): PluginManifest {
  let manifest: PluginManifest | null;
  try {
    manifest = readManifest(bytes);
  } catch (error) {
    if (error instanceof RangeError) throw invalidModule(error.message, error);
    if (error instanceof TypeError) throw invalidManifest(error.message, error);
    throw error;
  }
  if (!manifest) throw invalidManifest('the module carries none');
  const fault = manifestFault(manifest);
  if (fault !== undefined) throw invalidManifest(fault);
  return manifest;
}

function memoryOf(bytes: Uint8Array, { name, requests }: PluginManifest, limits: LoadLimits): number {
  const wanted = requests.memory === undefined ? limits.defaultMemoryBytes : parseBytes(requests.memory);
  if (wanted === null)
    throw invalidManifest(`requests.memory "${requests.memory}" is no quantity such as 256Mi`);
  try {
    const { initialBytes, maximumBytes } = declaredMemory(bytes);
    const limit = Math.min(wanted, limits.maxMemoryBytes);
    const whole = Math.floor(limit / pageSize) * pageSize;
    if (initialBytes > whole) throw memoryTooLarge(name, initialBytes, whole);
    return maximumBytes === null ? whole : Math.min(whole, maximumBytes);
  } catch (error) {
    if (error instanceof RangeError) throw invalidAbi(name, error.message);
    throw error;
  }
}

/** A plugin may ask for less time than its caller gives; nothing asked means no limit of its own. */
function timeoutOf({ requests }: PluginManifest): number {
  if (requests.timeout === undefined) return Number.POSITIVE_INFINITY;
  try {
    return parseDuration(requests.timeout);
  } catch {
    throw invalidManifest(`requests.timeout "${requests.timeout}" is no duration such as 30s`);
  }
}

function bounded(bytes: Uint8Array, memoryBytes: number, name: string): Uint8Array<ArrayBuffer> {
  try {
    refuseHeapTypes(bytes);
    return limitModule(bytes, memoryBytes);
  } catch (error) {
    if (error instanceof RangeError) throw invalidAbi(name, error.message);
    throw error;
  }
}

async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw invalidModule(`cannot be compiled: ${errorText(error)}`, error);
  }
}

function checkedExports(bytes: Uint8Array, { name, provides }: PluginManifest): string[] {
  const [unknown, all] = wellFormed(() => [unknownImports(bytes), moduleExports(bytes)] as const);
  if (unknown.length > 0)
    throw invalidAbi(name, `imports what this host does not provide: ${unknown.join(', ')}`);
  if (!all.some(({ name, kind }) => kind === 'memory' && name === 'memory')) {
    throw invalidAbi(name, 'does not export its memory under the name "memory"');
  }
  const functions = all.filter(({ kind }) => kind === 'function').map((entry) => entry.name);
  for (const { kind, type } of provides) {
    const missing = kindExports[kind].filter((required) => !functions.includes(required));
    if (missing.length > 0) {
      throw invalidAbi(name, `provides the ${kind} "${type}" but does not export ${missing.join(' and ')}`);
    }
  }
  return functions;
}

function wellFormed<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw invalidModule(`cannot be read: ${errorText(error)}`, error);
  }
}
