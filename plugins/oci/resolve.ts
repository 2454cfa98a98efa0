import { PluginError } from '@flux-host/sdk/typescript';
import { isDigest } from './digest.ts';
import { pullFailed, tagUndetermined } from './failures.ts';
import { acceptManifests, getManifest } from './manifest.ts';
import { listTags } from './tags.ts';
import { highestVersion } from './versions.ts';
import type { Wanted } from './wanted.ts';

/**
 * The revision that the spec means now: `<tag>@<digest>`, or the digest where that is what it names. A tag costs one HEAD request; for a range all tags are
 * listed first.
 */
export async function resolveArtifact(wanted: Wanted): Promise<{ revision: string; resolved: unknown }> {
  const { ref } = wanted;
  if (ref.digest !== undefined) {
    if (!isDigest(ref.digest)) throw pullFailed('failed to determine artifact digest', badDigest(ref.digest));
    return { revision: ref.digest, resolved: { digest: ref.digest } };
  }
  const tag = ref.semver === undefined ? (ref.tag ?? 'latest') : await tagInRange(wanted, ref.semver);
  try {
    const digest = (await headDigest(wanted, tag)) ?? (await readDigest(wanted, tag));
    return { revision: `${tag}@${digest}`, resolved: { digest } };
  } catch (error) {
    throw pullFailed('failed to determine artifact digest', error);
  }
}

async function tagInRange(wanted: Wanted, range: string): Promise<string> {
  try {
    const { semverFilter: filter } = wanted.ref;
    const isChart = wanted.mediaType === 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
    return highestVersion(await listTags(wanted), { range, isChart, ...(filter ? { filter } : {}) });
  } catch (error) {
    throw tagUndetermined(wanted, error);
  }
}

/** What the registry says to a HEAD; undefined when that is of no use. */
async function headDigest({ base }: Wanted, tag: string): Promise<string | undefined> {
  const response = await fetch(`${base}manifests/${tag}`, {
    method: 'HEAD',
    headers: { accept: acceptManifests },
  });
  await response.body.cancel();
  const digest = response.headers.get('docker-content-digest') ?? '';
  return response.ok && isDigest(digest) ? digest : undefined;
}

/** Read as well: anything has a digest, a page for browsers too. */
async function readDigest(wanted: Wanted, tag: string): Promise<string> {
  const { digest, read } = await getManifest(wanted, tag);
  read();
  return digest;
}

const badDigest = (digest: string): PluginError =>
  new PluginError(`"${digest}" is no digest`, {
    hint: 'write spec.ref.digest as sha256:<64 hexadecimal digits>',
  });
