import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@flux-host/host/oci/digest.ts';
import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import { readManifest } from '@flux-host/sdk/module/manifest.ts';
import { load } from 'js-yaml';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import type { Io } from '../../io.ts';
import { toYaml } from '../../output/yaml.ts';
import { installError, notInstalled } from '../errors.ts';
import { ensurePluginFolder, pluginFolder } from '../folder.ts';

/** Kept beside the module as `<name>.wasm.yaml`. */
const WasmReceipt = Type.Object({
  name: Type.String(),
  version: Type.String(),
  installedAt: Type.String({ description: 'RFC 3339' }),
  digest: Type.String({ description: 'Of the module that the user agreed to' }),
  source: Type.Optional(Type.String({ description: 'oci://…, absent for files' })),
});
export type WasmReceipt = Static<typeof WasmReceipt>;

/** A Wasm plugin in the plugin folder. */
export interface WasmCommandPlugin {
  readonly file: string;
  readonly manifest: PluginManifest;
  readonly digest: string;
  /** Absent when the user put the module there, or another one in its place: then nothing was agreed to. */
  readonly receipt?: WasmReceipt;
}

/** The commands that a plugin adds. */
export function commandsOf({ provides }: PluginManifest): string[] {
  return provides.filter(({ kind }) => kind === 'command').map(({ type }) => type);
}

/** The Wasm plugins of the plugin folder that add commands, by the names of their files. Others, and files that are none, are passed over. */
export async function wasmCommands(env: Io['env']): Promise<WasmCommandPlugin[]> {
  const folder = pluginFolder(env);
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.wasm')).sort();
  const found = await Promise.all(files.map((file) => readPlugin(join(folder, file))));
  return found.flatMap((plugin) => (plugin && commandsOf(plugin.manifest).length > 0 ? [plugin] : []));
}

async function readPlugin(file: string): Promise<WasmCommandPlugin | undefined> {
  try {
    const wasm = await readFile(file);
    const manifest = readManifest(wasm);
    if (!manifest) return undefined;
    const digest = sha256(wasm);
    const receipt: unknown = load(await readFile(`${file}.yaml`, 'utf8').catch(() => ''));
    const isAgreed = Value.Check(WasmReceipt, receipt) && receipt.digest === digest;
    return { file, manifest, digest, ...(isAgreed && { receipt }) };
  } catch {
    return undefined;
  }
}

/**
 * Puts a plugin into the plugin folder.
 * @throws FluxError FLUX_E_CLI_PLUGIN_INSTALL when it adds no command, or one that there is
 */
export async function installCommand(
  wasm: Uint8Array,
  manifest: PluginManifest,
  { env, source, isTaken }: { env: Io['env']; source?: string; isTaken(name: string): boolean },
): Promise<string[]> {
  const commands = commandsOf(manifest);
  const taken = commands.find(isTaken);
  if (taken) throw installError(`flux ${taken} is a command already: the plugin could never be called`);
  const folder = await ensurePluginFolder(env);
  const file = join(folder, `${manifest.name}.wasm`);
  const fresh = join(folder, `.${manifest.name}.${process.pid}`);
  try {
    await writeFile(fresh, wasm);
    await rename(fresh, file);
  } finally {
    await rm(fresh, { force: true });
  }
  const receipt: WasmReceipt = {
    name: manifest.name,
    version: manifest.version,
    installedAt: new Date().toISOString().replace(/\.\d+/, ''),
    digest: sha256(wasm),
    ...(source && { source }),
  };
  await writeFile(`${file}.yaml`, toYaml(receipt));
  return commands;
}

export function isCommandInstalled(name: string, env: Io['env']): boolean {
  return /^[a-z0-9-]+$/.test(name) && existsSync(join(pluginFolder(env), `${name}.wasm`));
}

/** @throws FluxError FLUX_E_CLI_PLUGIN_INSTALL */
export async function uninstallCommand(name: string, env: Io['env']): Promise<void> {
  if (!isCommandInstalled(name, env)) throw notInstalled(name);
  const file = join(pluginFolder(env), `${name}.wasm`);
  await rm(file);
  await rm(`${file}.yaml`, { force: true });
}
