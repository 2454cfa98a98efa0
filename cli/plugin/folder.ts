import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../io.ts';

/** Flux's own folder below the user's home. */
export function fluxHome(env: Io['env']): string {
  return join(env['HOME'] || env['USERPROFILE'] || homedir(), '.fluxcd');
}

/** Where plugins of the command line are: `FLUXCD_PLUGINS`, else `~/.fluxcd/plugins`. It may not exist. */
export function pluginFolder(env: Io['env']): string {
  return env['FLUXCD_PLUGINS'] || join(fluxHome(env), 'plugins');
}

/** The folder, made when it is missing; one that the user named is the user's to make. */
export async function ensurePluginFolder(env: Io['env']): Promise<string> {
  const folder = pluginFolder(env);
  if (!env['FLUXCD_PLUGINS']) await mkdir(folder, { recursive: true });
  return folder;
}
