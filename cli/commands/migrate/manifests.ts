import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorText } from '@flux-host/host/errors/text.ts';
import { commandError } from '../../command/errors.ts';
import type { Invocation } from '../../command/types.ts';
import { confirm } from '../../prompt.ts';
import { filesOf } from './files.ts';
import { detectUpgrades, type Upgrade, upgraded } from './upgrades.ts';
import { latestVersions } from './versions.ts';

interface Plan {
  readonly file: string;
  readonly lines: readonly string[];
  readonly upgrades: readonly Upgrade[];
}

/** So read and written, bytes that are no text come through unchanged. */
const encoding = 'latin1';

/** Rewrites the API versions of Flux's kinds in files; comments, order and line ends stay as they are. */
export async function migrateManifests({ flags, io, log }: Invocation): Promise<void> {
  const latest = latestVersions(flags.text('version'));
  log.action('starting migration of custom resources');
  const path = flags.text('path');
  const plans: Plan[] = [];
  for (const file of await filesOf({ path, cwd: io.cwd, extensions: flags.list('extensions') }, log)) {
    const lines = (await read(file, io.cwd)).split('\n');
    const { upgrades, faults } = detectUpgrades(lines, latest);
    for (const { line, why } of faults) log.warning(`${file}:${line + 1}: ${why}`);
    if (upgrades.length === 0) continue;
    plans.push({ file, lines, upgrades });
    for (const { line, kind, from, to } of upgrades) {
      log.generate(`${file}:${line + 1}: ${kind} ${from} -> ${to}`);
    }
  }
  if (plans.length === 0) return log.success('no custom resources found that require migration');
  if (flags.is('dry-run')) return log.success('dry-run mode enabled, no changes will be made');
  if (!flags.is('yes')) await confirm('Are you sure you want to proceed with the above upgrades', io);
  for (const { file, lines, upgrades } of plans) {
    await write(file, upgraded(lines, upgrades).join('\n'), io.cwd);
    log.success(`file ${file} migrated successfully`);
  }
  log.success('custom resources migrated successfully');
}

function read(file: string, cwd: string): Promise<string> {
  return readFile(resolve(cwd, file), encoding).catch((error: unknown) => {
    throw commandError('FLUX_E_CLI_FILE', `failed to read file ${file}: ${errorText(error)}`);
  });
}

function write(file: string, text: string, cwd: string): Promise<void> {
  return writeFile(resolve(cwd, file), text, encoding).catch((error: unknown) => {
    throw commandError('FLUX_E_CLI_FILE', `failed to write file ${file}: ${errorText(error)}`);
  });
}
