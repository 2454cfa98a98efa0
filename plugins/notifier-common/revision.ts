/**
 * The commit of a revision: `main@sha1:<hash>`, `sha1:<hash>`, `main/<hash>` or `<hash>`.
 * @throws Error when there is no SHA-1 in it, e.g. in a revision of an OCI artifact
 */
export function commitOf(revision: string): string {
  const hash = revision.includes(':') ? revision.split(':').at(-1) : revision.split('/').at(-1);
  if (hash?.length === 40) return hash;
  throw new Error(`failed to extract commit hash from '${revision}' revision`);
}
