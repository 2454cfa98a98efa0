import { PluginError } from '@flux-host/sdk/typescript';
import { isDigest } from './digest.ts';
import { pullFailed, tagUndetermined } from './failures.ts';
import { acceptManifests, getManifest, type Manifest } from './manifest.ts';
import { listTags } from './tags.ts';
import { highestVersion } from './versions.ts';
import type { Wanted } from './wanted.ts';

/** What `fetch` is told. */
export interface Resolved {
  readonly digest: string;
  /** Where it was read already. */
  readonly manifest?: Manifest;
}

/**
 * The revision that the spec means now: `<tag>@<digest>`, or the digest where that is what it names. A tag costs one HEAD request, and where nothing is
 * stored yet a GET, whose answer `fetch` needs anyway; for a range all tags are listed first.
 */
export async function resolveArtifact(
  wanted: Wanted,
  stored?: string,
): Promise<{ revision: string; resolved: Resolved }> {
  const { ref } = wanted;
  if (ref.digest !== undefined) {
    if (!isDigest(ref.digest)) throw pullFailed('failed to determine artifact digest', badDigest(ref.digest));
    return { revision: ref.digest, resolved: { digest: ref.digest } };
  }
  const tag = ref.semver === undefined ? (ref.tag ?? 'latest') : await tagInRange(wanted, ref.semver);
  try {
    const known = stored === undefined ? undefined : await headDigest(wanted, tag);
    const resolved = known === undefined ? await readManifest(wanted, tag) : { digest: known };
    return { revision: `${tag}@${resolved.digest}`, resolved };
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

/** Checked as well: anything has a digest, a page for browsers too. */
async function readManifest(wanted: Wanted, tag: string): Promise<Resolved> {
  const { digest, manifest } = await getManifest(wanted, tag);
  return { digest, manifest: manifest() };
}

const badDigest = (digest: string): PluginError =>
  new PluginError(`"${digest}" is no digest`, {
    hint: 'write spec.ref.digest as sha256:<64 hexadecimal digits>',
  });
