import type { Command, Invocation } from '../command/types.ts';
import { fluxKinds } from '../kinds/index.ts';
import type { FluxKind, Verb } from '../kinds/types.ts';

type Group = NonNullable<FluxKind['group']>;

export interface VerbOptions {
  readonly verb: Verb;
  /** The command of one kind. */
  command(kind: FluxKind): Command;
  /** Name, aliases and texts of the commands that hold the kinds of a group, without their commands. */
  readonly groups: Readonly<Record<Group, Omit<Command, 'commands'>>>;
  /** Further commands of a group. */
  readonly extra?: Readonly<Partial<Record<Group, readonly Command[]>>>;
}

/** The commands of a verb, one for each kind that has it, in Flux's places. */
export function commandsByKind({ verb, command, groups, extra = {} }: VerbOptions): Command[] {
  const kinds = fluxKinds.filter(({ verbs }) => verbs.includes(verb));
  const grouped = (['source', 'image', 'artifact'] as const).flatMap((group) => {
    const members = kinds.filter((kind) => kind.group === group);
    if (members.length === 0) return [];
    return [{ ...groups[group], commands: [...members.map(command), ...(extra[group] ?? [])] }];
  });
  return [...grouped, ...kinds.filter(({ group }) => !group).map(command)];
}

/** Groups under their plain names, with texts like `Suspend sources`. */
export function plainGroups(does: string): VerbOptions['groups'] {
  return {
    source: { name: 'source', short: `${does} sources` },
    image: { name: 'image', short: `${does} image automation objects` },
    artifact: { name: 'artifact', short: `${does} artifact objects` },
  };
}

/** `a GitRepository`, `an OCIRepository`. */
export function withArticle(kind: string): string {
  return `${/^[AEIO]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** How a verb's command for a kind is typed. */
export function commandLine(verb: Verb, kind: FluxKind): string {
  return ['flux', verb, kind.group, kind.name].filter(Boolean).join(' ');
}

/** Offers the names of the objects of a kind. */
export function completeNames(kind: FluxKind): (invocation: Invocation) => Promise<readonly string[]> {
  return async ({ cluster, namespace, signal, flags }) => {
    const { client } = await cluster();
    const everywhere = flags.has('all-namespaces') && flags.is('all-namespaces');
    const scope = kind.resource.namespaced && !everywhere ? { namespace } : {};
    const { items } = await client.listMetadata(kind.resource, { ...scope, signal });
    return items.map(({ metadata }) => metadata.name);
  };
}
