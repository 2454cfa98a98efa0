import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import type { ComposeResponse } from '@flux-host/sdk/contract/chart.ts';
import { FluxError } from '../../errors/flux-error.ts';
import type { ChartEngine, ValuesPart } from '../../helm/charts.ts';
import { isRecord } from '../../json.ts';
import { KubeError } from '../../kube/errors.ts';
import { type Data, readConfigMap, readSecret, type SecretReader } from '../secrets.ts';

const reason = 'ValuesError';
const defaultKey = 'values.yaml';

/**
 * The values of a release: `valuesFrom` in its order, `values` over them, and what has a `targetPath` over all.
 * @throws FluxError with reason ValuesError
 */
export async function valuesOf(
  object: HelmRelease,
  { engine, access, signal }: { engine: ChartEngine; access: SecretReader; signal: AbortSignal },
): Promise<ComposeResponse> {
  const namespace = object.metadata.namespace ?? '';
  const read = new Map<string, Promise<Data>>();
  const parts: ValuesPart[] = [];
  for (const reference of object.spec.valuesFrom ?? []) {
    const { kind, name, valuesKey: key = defaultKey, targetPath, literal, optional } = reference;
    const isOptional = optional ? ' optional' : '';
    const text =
      `${isOptional} ${kind} chart values reference '${namespace}/${name}' with key '${key}'`.trim();
    const id = `${kind}/${name}`;
    const readOne = kind === 'Secret' ? readSecret : readConfigMap;
    const data = read.get(id) ?? readOne(access, { namespace, name }, reason, signal);
    read.set(id, data);
    const content = await contentOf(data, { key, text, optional: optional ?? false });
    if (content === undefined) continue;
    parts.push({
      name: text,
      content,
      ...(targetPath ? { path: targetPath } : {}),
      ...(literal ? { literal } : {}),
    });
  }
  try {
    return await engine.compose({ parts, values: isRecord(object.spec.values) ? object.spec.values : {} });
  } catch (error) {
    // What is wrong need not be in the object, so that it is tried again without a change of it.
    throw error instanceof FluxError ? uncomposed(error) : error;
  }
}

function uncomposed({
  code,
  message,
  cause,
  hint = 'correct the values that the message names',
}: FluxError): FluxError {
  return new FluxError(code, message, { reason, cause, hint });
}

/** Undefined for what may be missing, and is. */
async function contentOf(
  data: Promise<Data>,
  { key, text, optional }: { key: string; text: string; optional: boolean },
): Promise<string | undefined> {
  try {
    const content = (await data)[key];
    if (content !== undefined || optional) return content;
  } catch (error) {
    const isMissing = error instanceof FluxError && error.cause instanceof KubeError && error.cause.notFound;
    if (!isMissing) throw error;
    if (optional) return undefined;
    throw unresolved(`could not resolve ${text}: ${error.message}`, error);
  }
  throw unresolved(`could not resolve ${text}: key not found`);
}

function unresolved(message: string, cause?: unknown): FluxError {
  return new FluxError('FLUX_E_HELM_VALUES', message, {
    reason,
    ...(cause ? { cause } : {}),
    hint: 'create it, or set optional: true',
  });
}
