import { readFile } from 'node:fs/promises';
import { Kustomization } from '@flux-host/crds/index.ts';
import { kubernetesSchema } from '@flux-host/host/build/yaml/schema.ts';
import type { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { isRecord, stringAt } from '@flux-host/host/json.ts';
import type { NamespacedName } from '@flux-host/host/kube/types.ts';
import { loadAll, YAMLException } from 'js-yaml';
import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import { fileUnusable, notInFile } from './errors.ts';

/** Whether an object is one of Flux's Kustomizations, in whatever version. */
export function isKustomizationKind(object: unknown): boolean {
  return (
    stringAt(object, 'kind') === Kustomization.kind &&
    (stringAt(object, 'apiVersion') ?? '').startsWith(`${Kustomization.group}/`)
  );
}

/**
 * The Kustomization of a name in a file; one without a namespace fits any.
 * @param shown how the user calls the file
 * @throws FluxError FLUX_E_CLI_KUSTOMIZATION_FILE with the line, the field, or what is not there
 */
export async function readKustomization(
  file: string,
  key: NamespacedName,
  shown: string,
): Promise<Kustomization> {
  for (const document of documentsIn(await readFile(file, 'utf8'), shown)) {
    if (!isKustomizationKind(document) || stringAt(document, 'metadata', 'name') !== key.name) continue;
    const namespace = stringAt(document, 'metadata', 'namespace') ?? '';
    if (namespace === '' || namespace === key.namespace) return asKustomization(document, shown);
  }
  throw notInFile(shown, key);
}

/** The documents of a file. @param shown how the user calls it @param unusable makes the error, with the line */
export function documentsIn(
  text: string,
  shown: string,
  unusable: (shown: string, detail: string) => FluxError = fileUnusable,
): unknown[] {
  try {
    return loadAll(text, { schema: kubernetesSchema, json: true, maxDepth: 500, maxAliases: 16 });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark, reason } = error;
    throw unusable(shown, mark ? `line ${mark.line + 1}: ${reason}` : reason);
  }
}

/**
 * An object as a Kustomization. Fields that are missing are the API server's to complain about; one that has the wrong type
 * cannot be worked with.
 * @param where for the message, e.g. the name of the file
 */
export function asKustomization(object: unknown, where: string): Kustomization {
  if (isUsable(object)) return object;
  const [fault] = typeFaults(Kustomization.spec, isRecord(object) ? object['spec'] : undefined);
  throw fileUnusable(
    where,
    fault ? `spec${fault.path.replaceAll('/', '.')} ${fault.message}` : 'it has no spec',
  );
}

function isUsable(object: unknown): object is Kustomization {
  return (
    isRecord(object) &&
    isRecord(object['spec']) &&
    typeFaults(Kustomization.spec, object['spec']).length === 0
  );
}

/** Fields that have the wrong type. */
export function typeFaults(schema: TSchema, spec: unknown): { path: string; message: string }[] {
  return [...Value.Errors(schema, spec)]
    .filter(({ keyword }) => keyword === 'type')
    .map(({ instancePath, message }) => ({ path: instancePath, message }));
}
