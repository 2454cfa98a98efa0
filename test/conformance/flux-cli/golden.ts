/** What a golden file tells about the objects that the command found. */

/**
 * Revisions by kind: after `waiting for Kustomization reconciliation` comes `applied revision …` of a Kustomization.
 */
export function revisionsIn(golden: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let kind = '';
  for (const line of golden.split('\n')) {
    kind = /waiting for (\w+)(?: source)? reconciliation/.exec(line)?.[1] ?? kind;
    const revision = /(?:fetched|applied) revision:? (\S+)|selected ref (\S+)/.exec(line);
    if (kind && revision) found.set(kind, revision[1] ?? revision[2] ?? '');
  }
  return found;
}

/** The namespace that a golden file names literally. */
export function namespaceIn(golden: string): string | undefined {
  return /\bin ([a-z0-9-]+) namespace/.exec(golden)?.[1];
}

/** Fields of an image reference, as the status of an ImagePolicy has them. */
export function imageReference(text: string): { name: string; tag: string; digest?: string } {
  const [, name = '', tag = '', digest] = /^(.*?):([^:@/]+)(?:@(.*))?$/.exec(text) ?? [];
  return { name, tag, ...(digest && { digest }) };
}
