import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import Value from 'typebox/value';
import { toYaml } from '../../output/yaml.ts';
import { Receipt } from './schema.ts';

export function receiptFile(folder: string, name: string): string {
  return join(folder, `flux-${name}.yaml`);
}

/** What was installed, or undefined when the user put the program there. */
export async function readReceipt(folder: string, name: string): Promise<Receipt | undefined> {
  try {
    const receipt: unknown = load(await readFile(receiptFile(folder, name), 'utf8'));
    return Value.Check(Receipt, receipt) ? receipt : undefined;
  } catch {
    return undefined;
  }
}

export async function writeReceipt(folder: string, receipt: Receipt): Promise<void> {
  await writeFile(receiptFile(folder, receipt.name), toYaml(receipt));
}
