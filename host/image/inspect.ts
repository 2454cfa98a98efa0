import type { ImageDetails } from '@flux-host/sdk/contract/policy.ts';
import { isRecord } from '../json.ts';
import type { FetchedManifest, OciClient, Repository } from '../oci/types.ts';

const maxConfigBytes = 4 * 1024 * 1024;

/**
 * What is known of an image without pulling it: digest, time of creation, labels. Of an image for several platforms the config of linux/amd64 counts,
 * else that of the first.
 */
export async function inspectImage(
  client: OciClient,
  reference: Repository & { readonly tag: string },
  signal: AbortSignal,
): Promise<ImageDetails> {
  const top = await client.manifest(reference, { signal });
  const { digest } = top.descriptor;
  const image = await imageOf(client, reference, top, signal);
  if (image?.content.kind !== 'image') return { digest };
  const { config } = image.content.manifest;
  const bytes = await client.readBlob(reference, config, { signal, maxBytes: maxConfigBytes });
  return { digest, ...detailsOf(bytes) };
}

async function imageOf(
  client: OciClient,
  repository: Repository,
  found: FetchedManifest,
  signal: AbortSignal,
): Promise<FetchedManifest | undefined> {
  if (found.content.kind === 'image') return found;
  const { manifests } = found.content.index;
  const usual = manifests.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64',
  );
  const chosen = usual ?? manifests[0];
  if (!chosen) return undefined;
  const { registry, name } = repository;
  return client.manifest({ registry, name, digest: chosen.digest }, { signal });
}

/** An artifact that is no container image has a config of another form, and so no details. */
function detailsOf(bytes: Uint8Array): Pick<ImageDetails, 'created' | 'labels'> {
  const config = parse(bytes);
  const created = config['created'];
  const inner = config['config'];
  const labels = isRecord(inner) && isRecord(inner['Labels']) ? Object.entries(inner['Labels']) : [];
  const texts = labels.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return {
    ...(typeof created === 'string' ? { created } : {}),
    ...(texts.length > 0 ? { labels: Object.fromEntries(texts) } : {}),
  };
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
