import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Format } from '@flux-host/host/sops/formats/names.ts';
import type { Keys, Workbench } from './workbench.ts';

/** A file as the tables describe it. */
export interface VectorFile {
  readonly name: string;
  readonly data?: string;
  /** Where a symbolic link leads; `<tmpdir>` is the folder of the case. */
  readonly symlink?: string;
  readonly encrypt?: boolean;
  readonly expectData?: boolean;
  readonly format?: number;
  readonly originalFormat?: number;
}

/** Formats by the numbers of SOPS' library. */
export const formatNumbers: readonly Format[] = ['binary', 'dotenv', 'ini', 'json', 'yaml'];

/** The number of a format; -1 for none. */
export const numberOf = (format: Format | undefined): number => (format ? formatNumbers.indexOf(format) : -1);

export function formatOf(number: number | undefined): Format | undefined {
  return number === undefined ? undefined : formatNumbers[number];
}

export function writeLink(folder: string, name: string, target: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target.replace('<tmpdir>', folder).replace(/(.)\/$/, '$1'), path);
}

export function writeText(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Writes a file, encrypted by the real sops if that is asked for. */
export async function writeVectorFile(
  folder: string,
  file: VectorFile,
  { bench, recipient, format }: { bench: Workbench; recipient: string; format: Format },
): Promise<void> {
  const { name, data = '', symlink } = file;
  if (symlink) return writeLink(folder, name, symlink);
  if (!file.encrypt) return writeText(folder, name, data);
  const sops = await bench.sops();
  writeText(folder, name, await sops.encrypt(data, format, ['--age', recipient]));
}

export type { Keys };
