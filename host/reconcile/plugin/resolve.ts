import type { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import { errorText } from '../../errors/text.ts';
import { isDigest } from '../../oci/digest.ts';
import { isTag, parseRepository } from '../../oci/reference.ts';
import type { OciClient, Repository } from '../../oci/types.ts';
import { compileGoRegexp } from '../../regexp/go-regexp.ts';
import { parseRange } from '../../semver/range.ts';
import { compareVersions, parseVersion } from '../../semver/version.ts';
import { badReference, noTagInRange } from './errors.ts';

/** What `spec.source` means at this moment. */
export interface Target extends Repository {
  /** Digest of the image. */
  readonly digest: string;
  readonly tag?: string;
  /** The tag was chosen from a range. */
  readonly ranged: boolean;
}

/**
 * Looks for the image of a Plugin: a digest wins over a range of versions, that over a tag; without any it is the tag `latest`.
 * @throws FluxError
 */
export async function resolveSource(
  { url, ref = {} }: Plugin['spec']['source'],
  client: OciClient,
  signal: AbortSignal,
): Promise<Target> {
  const repository = parseRepository(url);
  if (ref.digest) {
    if (!isDigest(ref.digest)) throw badReference(`"${ref.digest}" is no digest`);
    return { ...repository, digest: ref.digest, ranged: false };
  }
  const tag = ref.semver
    ? await highestTag(url, { range: ref.semver, filter: ref.semverFilter }, () =>
        client.tags(repository, { signal }),
      )
    : (ref.tag ?? 'latest');
  if (!isTag(tag)) throw badReference(`"${tag}" is no tag`);
  const { digest } = await client.resolve({ ...repository, tag }, { signal });
  return { ...repository, tag, digest, ranged: ref.semver !== undefined };
}

/** `<tag>@<digest>`, as revisions of OCI sources are written. */
export function revisionOf({ tag, digest }: { readonly tag?: string; readonly digest: string }): string {
  return tag ? `${tag}@${digest}` : digest;
}

async function highestTag(
  url: string,
  { range, filter }: { range: string; filter: string | undefined },
  tags: () => Promise<readonly string[]>,
): Promise<string> {
  const accepts = parsed(`semver "${range}"`, () => parseRange(range));
  const pattern = filter ? parsed(`semverFilter "${filter}"`, () => compileGoRegexp(filter)) : undefined;
  const versions = (await tags())
    .filter((tag) => pattern?.test(tag) ?? true)
    .flatMap((tag) => parseVersion(tag) ?? [])
    .filter(accepts)
    .sort(compareVersions);
  const highest = versions.at(-1);
  if (!highest) throw noTagInRange(url, range);
  return highest.original;
}

function parsed<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw badReference(`${what}: ${errorText(error)}`);
  }
}
