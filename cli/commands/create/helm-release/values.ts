import type { HelmRelease } from '@flux-host/crds/index.ts';
import { parseYaml } from '@flux-host/host/build/yaml/parse.ts';
import { errorText } from '@flux-host/host/errors/text.ts';
import { isRecord, type Json, setOwn } from '@flux-host/host/json.ts';
import { commandError, usageError } from '../../../command/errors.ts';
import type { Invocation } from '../../../command/types.ts';
import { fileText } from '../file-text.ts';

type ValuesFrom = NonNullable<HelmRelease['spec']['valuesFrom']>[number];

const valuesKinds = ['Secret', 'ConfigMap'] as const;

/** The values of the files of `--values`, later ones over earlier ones; undefined when there are no files. */
export async function valuesOf({ flags, io }: Invocation): Promise<Json | undefined> {
  const paths = flags.list('values');
  let values: Json = {};
  for (const path of paths) {
    const text = await fileText(path, `reading values from ${path} failed`, io);
    values = merged(values, valuesIn(text, path));
  }
  return paths.length > 0 ? values : undefined;
}

function valuesIn(text: string, path: string): Json {
  let values: unknown;
  try {
    values = parseYaml(text);
  } catch (error) {
    throw commandError(
      'FLUX_E_CLI_FILE',
      `converting values to JSON from ${path} failed: ${errorText(error)}`,
    );
  }
  if (values === null || values === undefined) return {};
  if (!isRecord(values)) {
    throw commandError('FLUX_E_CLI_FILE', `unmarshaling values from ${path} failed: they are no mapping`);
  }
  return values;
}

/** Maps are merged, everything else is replaced, as Helm does with several files. */
function merged(base: Json, over: Json): Json {
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(result, key) ? result[key] : undefined;
    setOwn(result, key, isRecord(below) && isRecord(value) ? merged(below, value) : value);
  }
  return result;
}

/**
 * Reads `<kind>/<name>` of `--values-from`.
 * @throws FluxError FLUX_E_CLI_USAGE in Flux's words
 */
export function valuesReference(text: string): ValuesFrom {
  // Names of Secrets may have dots in them: no namespace here.
  const [kind = '', name, ...more] = text.split('/');
  if (!kind || name === undefined || more.length > 0) {
    throw usageError(`invalid Kubernetes object reference '${text}', must be in format <kind>/<name>`);
  }
  const known = valuesKinds.find((each) => each.toLowerCase() === kind.toLowerCase());
  if (!known) {
    throw usageError(`reference kind '${kind}' is not supported, must be one of: ${valuesKinds.join(', ')}`);
  }
  return { kind: known, name };
}
