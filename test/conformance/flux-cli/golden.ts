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

/** The namespace that an exported object names literally: Flux's tests of these commands give none, and so get the default. */
export function exportedNamespace(golden: string): string | undefined {
  return /^kind: .*\nmetadata:\n {2}name: .*\n {2}namespace: ([a-z0-9-]+)$/m.exec(golden)?.[1];
}

/**
 * A golden file as the command line prints it: Flux's tests empty the variables of flags between two cases, so that an interval
 * that is not given is 0 in them and a provider is absent, and not the defaults.
 */
export function withDefaults(golden: string, command: string): string {
  const gives = (flag: string) => new RegExp(`\\s--${flag}\\b`).test(command);
  const timed = gives('interval') ? golden : golden.replace(/^ {2}interval: 0s$/m, '  interval: 1m0s');
  const hasProvider = !command.startsWith('create source oci ') || gives('provider');
  return hasProvider ? timed : timed.replace(/^ {2}ref:$/m, '  provider: generic\n  ref:');
}

/** Fields of an image reference, as the status of an ImagePolicy has them. */
export function imageReference(text: string): { name: string; tag: string; digest?: string } {
  const [, name = '', tag = '', digest] = /^(.*?):([^:@/]+)(?:@(.*))?$/.exec(text) ?? [];
  return { name, tag, ...(digest && { digest }) };
}
