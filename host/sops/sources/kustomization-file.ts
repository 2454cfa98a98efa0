import { lstatSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { parseYaml } from '../../build/yaml/parse.ts';
import { missing, pathFault } from './fault.ts';
import { securePath } from './secure-path.ts';

const texts = Type.Optional(Type.Union([Type.Null(), Type.Array(Type.String())]));

/** What of a kustomization says where encrypted files may be. */
export const KustomizationFile = Type.Object({
  resources: texts,
  components: texts,
  secretGenerator: Type.Optional(
    Type.Union([Type.Null(), Type.Array(Type.Object({ files: texts, envs: texts }))]),
  ),
  patches: Type.Optional(
    Type.Union([
      Type.Null(),
      Type.Array(Type.Object({ path: Type.Optional(Type.Union([Type.Null(), Type.String()])) })),
    ]),
  ),
});
export type KustomizationFile = Static<typeof KustomizationFile>;

export const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** Larger ones are none. */
const mostBytes = 5 * 2 ** 20;

/**
 * The kustomization in a folder.
 * @param folder relative to the root
 * @throws SourceFault when there is none, more than one, or one that cannot be read
 */
export function readKustomizationFile(root: string, folder: string): KustomizationFile {
  const found = kustomizationNames.filter((name) => {
    const path = placeOf(root, posix.join(folder, name));
    if (path === undefined) return false;
    try {
      if (lstatSync(posix.join(root, path)).isFile()) return true;
    } catch (error) {
      if (missing(error)) return false;
      throw pathFault(path, error);
    }
    throw pathFault(path, `expected ${name} to be a regular file`);
  });
  const [name, another] = found;
  if (another) throw pathFault(folder, 'found multiple kustomization files');
  if (!name) throw pathFault(folder, 'no kustomization file found');
  const path = securePath(root, posix.join(folder, name));
  const file = posix.join(root, path);
  if (lstatSync(file).size > mostBytes) throw pathFault(path, 'the kustomization file is too large');
  return parsed(path, readFileSync(file, 'utf8'));
}

/** Undefined for links that lead to each other: there is no file. */
function placeOf(root: string, name: string): string | undefined {
  try {
    return securePath(root, name);
  } catch {
    return undefined;
  }
}

function parsed(path: string, text: string): KustomizationFile {
  let value: unknown;
  try {
    value = parseYaml(text) ?? {};
  } catch {
    value = undefined;
  }
  if (Value.Check(KustomizationFile, value)) return value;
  throw pathFault(path, 'failed to unmarshal kustomization file');
}
