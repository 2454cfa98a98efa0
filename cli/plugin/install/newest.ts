import type { OciClient, Reference } from '@flux-host/host/oci/types.ts';
import { compareVersions, parseVersion } from '@flux-host/host/semver/version.ts';

/**
 * The reference that an update goes to: the highest version among the tags where the present tag is a version, else the tag as it is. Pre-releases are
 * for those who have one.
 */
export async function newestOf(ref: Reference, client: OciClient, signal: AbortSignal): Promise<Reference> {
  const { registry, name, tag = 'latest' } = ref;
  const present = parseVersion(tag);
  if (!present) return { registry, name, tag };
  const versions = (await client.tags(ref, { signal })).flatMap((each) => {
    const version = parseVersion(each);
    return version && (version.prerelease.length === 0 || present.prerelease.length > 0)
      ? [{ tag: each, version }]
      : [];
  });
  const [highest] = versions.sort((a, b) => compareVersions(b.version, a.version));
  return {
    registry,
    name,
    tag: highest && compareVersions(highest.version, present) > 0 ? highest.tag : tag,
  };
}
