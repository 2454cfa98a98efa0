import {
  decodeBase64Url,
  decodeUtf8,
  encodeBase64Url,
  encodeUtf8,
  PluginError,
} from '@flux-host/sdk/typescript';
import { send } from './http.ts';

export interface Wanted {
  readonly releases: string;
  readonly files: readonly string[];
  readonly prereleases: boolean;
}

/** What `resolve` tells `fetch`. */
export interface Release {
  readonly revision: string;
  readonly version: string;
  readonly assets: readonly { readonly name: string; readonly url: string }[];
}

/** A release as the API gives it. */
interface ApiRelease {
  readonly tag_name: string;
  readonly draft?: boolean;
  readonly prerelease?: boolean;
  readonly published_at?: string;
  readonly assets: readonly { readonly name: string; readonly browser_download_url: string }[];
}

/**
 * The newest release, or that the list is the one of this ETag.
 * @throws PluginError
 */
export async function look(wanted: Wanted, etag?: string): Promise<Release | 'unchanged'> {
  const answer = await send(wanted.releases, etag === undefined ? {} : { 'If-None-Match': etag });
  if (answer.status === 304) return 'unchanged';
  const release = newest(await answer.json(), wanted);
  const assets = wanted.files.map((file) => {
    const asset = release.assets.find(({ name }) => name === file);
    if (asset) return { name: file, url: asset.browser_download_url };
    throw new PluginError(`release ${release.tag_name} has no file ${file}`, { reason: 'AssetMissing' });
  });
  const version = release.tag_name;
  return { revision: `${version}@etag:${revisionPart(answer.headers.get('etag'))}`, version, assets };
}

/** A plugin keeps nothing between calls: the ETag of the list is a part of the revision. */
const revisionPart = (etag: string | null): string => encodeBase64Url(encodeUtf8(etag ?? 'none'));

/** The ETag of the list that a revision was made of. */
export function etagOf(revision: string | undefined): string | undefined {
  const [, part] = /@etag:([\w-]+)$/.exec(revision ?? '') ?? [];
  const etag = part === undefined ? 'none' : decodeUtf8(decodeBase64Url(part));
  return etag === 'none' ? undefined : etag;
}

function newest(list: unknown, { releases, prereleases }: Wanted): ApiRelease {
  if (!Array.isArray(list)) throw new PluginError(`${releases} gave no list of releases`, { terminal: true });
  const [release] = list
    .filter(isRelease)
    .filter(({ draft, prerelease }) => !draft && (prereleases || !prerelease))
    .sort((a, b) => ((a.published_at ?? '') > (b.published_at ?? '') ? -1 : 1));
  if (release) return release;
  throw new PluginError(`none of the ${list.length} entries of ${releases} is a release to take`, {
    reason: 'NoRelease',
    hint: prereleases ? 'publish a release' : 'publish a release, or set prereleases to true',
  });
}

function isRelease(value: unknown): value is ApiRelease {
  return typeof value === 'object' && value !== null && 'tag_name' in value && 'assets' in value;
}
