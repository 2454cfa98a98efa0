import { readFile, stat, writeFile } from 'node:fs/promises';
import { dump, loadAll, YAMLException } from 'js-yaml';
import { kubernetesSchema } from '../../../build/yaml/schema.ts';
import { isRecord } from '../../../json.ts';
import { CopyFault } from '../errors.ts';

/** Values files are small; the parser runs where everything else does. */
const mostBytes = 4 * 2 ** 20;

/** Merges YAML into the file that is there: maps below maps, anything else is replaced, as Helm does with values. @throws CopyFault */
export async function mergeYaml(from: string, to: string): Promise<void> {
  const merged = mergeMaps(await readMap(to), await readMap(from));
  await writeFile(to, dump(merged, { sortKeys: true, lineWidth: -1, noRefs: true }));
}

type Map = Readonly<Record<string, unknown>>;

/** All documents of a file, merged in their order. */
async function readMap(file: string): Promise<Map> {
  const { size } = await stat(file);
  if (size > mostBytes)
    throw new CopyFault(`a file to merge has at most ${mostBytes} bytes, this one has ${size}`);
  return documentsOf(await readFile(file, 'utf8')).reduce<Map>((merged, document) => {
    if (document === null || document === undefined) return merged;
    if (!isRecord(document)) throw new CopyFault('cannot unmarshal YAML document: it is no map');
    return mergeMaps(merged, document);
  }, {});
}

function documentsOf(text: string): unknown[] {
  try {
    return loadAll(text, { schema: kubernetesSchema, json: true, maxDepth: 500, maxAliases: 16 });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new CopyFault(`cannot unmarshal YAML document: ${error.reason}`);
  }
}

function mergeMaps(base: Map, overlay: Map): Map {
  const merged = new Map<string, unknown>(Object.entries(base));
  for (const [key, value] of Object.entries(overlay)) {
    const below = merged.get(key);
    merged.set(key, isRecord(below) && isRecord(value) ? mergeMaps(below, value) : value);
  }
  return Object.fromEntries(merged);
}
