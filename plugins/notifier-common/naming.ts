import type { FluxEvent } from '@flux-host/sdk/typescript';

/** `kustomization/apps.flux-system`, how most messages name what they are about. */
export function objectName({ involvedObject: { kind = '', name = '', namespace = '' } }: FluxEvent): string {
  return `${kind.toLowerCase()}/${name}.${namespace}`;
}

export const isError = ({ severity }: FluxEvent): boolean => severity === 'error';

/** Of a status: `kustomization/apps`, and the reason in words, e.g. `reconciliation succeeded`. */
export function nameAndDescription({ involvedObject: { kind = '', name = '' }, reason }: FluxEvent): {
  readonly name: string;
  readonly description: string;
} {
  return {
    name: `${kind}/${name}`.toLowerCase(),
    description: words(reason).join(' ').toLowerCase(),
  };
}

const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u] as const;

function classOf(character: string | undefined): number {
  return classes.findIndex((pattern) => pattern.test(character ?? ''));
}

/** Splits CamelCase: `HTTPServerFailed` → `HTTP`, `Server`, `Failed`. */
export function words(text: string): string[] {
  const runs: string[][] = [];
  for (const character of text) {
    const last = runs.at(-1);
    if (last && classOf(last[0]) === classOf(character)) last.push(character);
    else runs.push([character]);
  }
  for (const [index, run] of runs.entries()) {
    const next = runs[index + 1];
    // The last capital of several begins the next word.
    if (next && classOf(run[0]) === 1 && classOf(next[0]) === 0) next.unshift(run.pop() ?? '');
  }
  return runs.filter((run) => run.length > 0).map((run) => run.join(''));
}
