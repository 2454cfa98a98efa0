import type { HelmRepositoryWish } from '@flux-host/sdk/contract/helm-repository.ts';

/** Reads what the host wants. One that asks for nothing in particular gets the index. */
export function wantedOf(value: unknown): HelmRepositoryWish {
  if (!isRecord(value)) return {};
  const { chart, maxBytes, validators } = value;
  return {
    ...(isRecord(chart) && typeof chart['url'] === 'string'
      ? { chart: { url: chart['url'], ...text('digest', chart['digest']) } }
      : {}),
    ...(typeof maxBytes === 'number' ? { maxBytes } : {}),
    ...(isRecord(validators)
      ? {
          validators: {
            ...text('etag', validators['etag']),
            ...text('lastModified', validators['lastModified']),
          },
        }
      : {}),
  };
}

function text<K extends string>(key: K, value: unknown): Partial<Record<K, string>> {
  const result: Partial<Record<K, string>> = {};
  if (typeof value === 'string') result[key] = value;
  return result;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
