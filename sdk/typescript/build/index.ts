import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { PluginManifest } from '../../contract/manifest.ts';
import { embedManifest } from '../../module/manifest.ts';
import type { Description } from '../runtime/serve.ts';
import { bundleName, stackMapper } from '../runtime/stack-map.ts';
import { bake } from './bake/bake.ts';
import { type Bundle, bundle } from './bundle.ts';
import { loadEngine } from './engine-file.ts';
import { badDefinition, failedEvaluation, noDefinition, noEntry } from './errors.ts';
import { type BuildInstance, EvaluationFailure, startInstance } from './instance.ts';
import { completeManifest } from './manifest.ts';
import { projectOf } from './project.ts';
import { bytesOfQuantity } from './quantity.ts';

export { BuildError, type BuildErrorCode, type SourcePlace } from './errors.ts';

/** What to build. */
export interface BuildPlugin {
  /** The TypeScript file that exports the plugin. */
  readonly entry: string;
  /** File to write the module to; its folders are made. */
  readonly out?: string;
  /** Shortens names in the code: a smaller module, but stacks no longer have the names of functions. */
  readonly minify?: boolean;
}

/** A plugin that is ready to be installed. */
export interface BuiltPlugin {
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly manifest: PluginManifest;
  /** `sha256:<hex>` of the module. */
  readonly digest: string;
  /** How long it took. */
  readonly ms: number;
  /** Size of the JavaScript that is in it, in bytes. */
  readonly codeBytes: number;
  /** Memory that an instance begins with. */
  readonly memoryBytes: number;
}

const defaultMemory = '256Mi';
const flags = { http: 1, tcp: 2 } as const;

/**
 * Makes a plugin's module of its sources. The same sources give the same bytes.
 * @throws BuildError
 */
export async function buildPlugin({ entry, out, minify = false }: BuildPlugin): Promise<BuiltPlugin> {
  const began = performance.now();
  if (!existsSync(entry)) throw noEntry(entry);
  const project = projectOf(entry);
  const shown = relative(project.dir, resolve(entry)).replaceAll('\\', '/');
  const [engine, script] = await Promise.all([
    loadEngine(),
    bundle({ entry: resolve(entry), dir: project.dir, minify }),
  ]);
  const instance = await startInstance(engine.module);
  const description = evaluate(instance, script, shown);
  const manifest = completeManifest(description, { project, entry: shown });
  const maximumBytes = memoryOf(manifest, shown);
  const capabilities = manifest.requests.capabilities ?? [];
  const memory = instance.freeze(capabilities.reduce((sum, name) => sum | flags[name], 0));
  const module = bake(engine.bytes, {
    memory,
    operations: description.operations,
    capabilities,
    maximumBytes,
  });
  const wasm = Uint8Array.from(embedManifest(module, manifest));
  if (out !== undefined) {
    mkdirSync(dirname(resolve(out)), { recursive: true });
    writeFileSync(out, wasm);
  }
  return {
    wasm,
    manifest,
    digest: `sha256:${createHash('sha256').update(wasm).digest('hex')}`,
    ms: performance.now() - began,
    codeBytes: script.code.length,
    memoryBytes: memory.length,
  };
}

function evaluate(instance: BuildInstance, { code, map }: Bundle, entry: string): Description {
  try {
    instance.evaluate(code, bundleName);
  } catch (error) {
    if (error instanceof EvaluationFailure)
      throw failedEvaluation(error.message, stackMapper(map)(error.trace));
    throw error;
  }
  const description = instance.command({ do: 'describe' });
  if (description === '') throw noDefinition(entry);
  instance.command({ do: 'finish', ...map });
  return JSON.parse(description);
}

function memoryOf({ requests: { memory = defaultMemory } }: PluginManifest, entry: string): number {
  const bytes = bytesOfQuantity(memory);
  if (bytes === null) throw badDefinition(entry, `requests.memory "${memory}" is no quantity such as 64Mi`);
  return bytes;
}
