import { SopsFault } from '../document/fault.ts';
import type { Branch } from '../document/tree.ts';
import { emitBinary } from './binary.ts';
import { emitDotenv, loadDotenv } from './dotenv.ts';
import { emitIni } from './ini-emit.ts';
import { loadIni } from './ini-load.ts';
import { emitJson } from './json-emit.ts';
import { loadJson } from './json-load.ts';
import type { Format } from './names.ts';
import { emitYaml } from './yaml/emit.ts';
import { loadYaml } from './yaml/load.ts';

/** From an encrypted file to its tree, the `sops` section included. Each throws a SopsFault for text that is not of its format. */
export const loaders: Readonly<Record<Format, (text: string) => Branch[]>> = {
  binary: (text) => [loadJson(text)],
  dotenv: (text) => [loadDotenv(text)],
  ini: (text) => [loadIni(text)],
  json: (text) => [loadJson(text)],
  yaml: loadYaml,
};

const only = (emit: (branch: Branch) => string) => (branches: readonly Branch[]) => {
  const [first] = branches;
  if (!first) throw new SopsFault('output', 'there is no document');
  return emit(first);
};

/** From a plain tree to the text that SOPS would write. Each throws a SopsFault for what the format cannot have. */
export const emitters: Readonly<Record<Format, (branches: readonly Branch[]) => string>> = {
  binary: emitBinary,
  dotenv: only(emitDotenv),
  ini: emitIni,
  json: only(emitJson),
  yaml: emitYaml,
};
