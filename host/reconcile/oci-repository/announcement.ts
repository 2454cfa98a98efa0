import type { Artifact } from '../../artifacts/types.ts';

/** What is said about an artifact, with where it came from if whoever pushed it said so. */
export function announcementOf({ revision, metadata = {} }: Artifact, url: string): string {
  const message = `stored artifact with revision '${revision}' from '${url}'`;
  const source = metadata['org.opencontainers.image.source'];
  const origin = metadata['org.opencontainers.image.revision'];
  return source && origin ? `${message}, origin source '${source}', origin revision '${origin}'` : message;
}
