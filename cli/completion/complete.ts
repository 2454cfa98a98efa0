/**
 * Completion as cobra does it: the shell calls `flux __complete` with the words so far, the last one being typed, and gets
 * candidates (`name<TAB>description`), then `:` and what the shell should do with them.
 */

import { errorText } from '@flux-host/host/errors/text.ts';
import { contextNames } from '../cluster/contexts.ts';
import { namespaces } from '../cluster/resources.ts';
import { find, reachable } from '../command/find.ts';
import { helpFlag } from '../command/help.ts';
import { byLetter, type Parsed, parse } from '../command/parse.ts';
import type { Command, Completion, Flag, Flags, Invocation } from '../command/types.ts';
import { withInvocation } from '../invoke.ts';
import type { Io } from '../io.ts';

/** Of cobra's directives those that are given here; plugins may give others. */
const directive = { files: 0, error: 1, noFiles: 4 } as const;

const directiveNames: Readonly<Record<number, string>> = {
  0: 'ShellCompDirectiveDefault',
  1: 'ShellCompDirectiveError',
  4: 'ShellCompDirectiveNoFileComp',
};

/** Nobody waits longer for a suggestion. */
const patienceMs = 5_000;

/** Prints the candidates for a command line; failures are said on stderr, which shells hide. */
export async function complete(root: Command, words: readonly string[], io: Io): Promise<void> {
  const patience = AbortSignal.any([io.interrupt, AbortSignal.timeout(patienceMs)]);
  let answer: Completion;
  try {
    answer = await answerTo(root, words, { ...io, interrupt: patience });
  } catch (error) {
    io.err(`${errorText(error)}\n`);
    answer = { candidates: [], directive: directive.error };
  }
  io.out([...answer.candidates, `:${answer.directive}`, ''].join('\n'));
  io.err(`Completion ended with directive: ${directiveNames[answer.directive] ?? answer.directive}\n`);
}

async function answerTo(root: Command, words: readonly string[], io: Io): Promise<Completion> {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const { command, path, rest } = await find(root, before, { lenient: true });
  if (command.external) return command.external.complete([...rest, typed], io);
  const flags: Flags = { ...reachable(path), ...helpFlag(command.name) };
  const [, name, start] = /^--([^=]+)=(.*)$/s.exec(typed) ?? [];
  const waiting = start === undefined ? waitingFlag(before, flags) : name;
  const parsed = lenient(waiting && start === undefined ? rest.slice(0, -1) : rest, flags);
  if (waiting) return flagValues(waiting, flags[waiting], start ?? typed, { parsed, io });
  if (typed.startsWith('-')) return matching(flagNames(flags), typed);
  if (command.commands) {
    const visible = parsed.args.length > 0 ? [] : command.commands.filter(({ hidden }) => !hidden);
    return matching(
      visible.map((each) => `${each.name}\t${each.short}`),
      typed,
    );
  }
  if (command.takesFiles) return { candidates: [], directive: directive.files };
  if (!command.complete) return { candidates: [], directive: directive.noFiles };
  const names = await withInvocation(parsed, io, async (invocation) => command.complete?.(invocation) ?? []);
  const others = names.filter((each) => !parsed.args.includes(each));
  return matching(others, typed);
}

/** The flag whose value comes next, if the last word is one that needs a value. */
function waitingFlag(before: readonly string[], flags: Flags): string | undefined {
  const last = before.at(-1) ?? '';
  const name = last.startsWith('--')
    ? last.slice(2)
    : byLetter(flags).get(/^-\w*(\w)$/.exec(last)?.[1] ?? '');
  return name !== undefined && Object.hasOwn(flags, name) && flags[name]?.type !== 'bool' ? name : undefined;
}

/** What can be understood of a command line that is not finished. */
function lenient(tokens: readonly string[], flags: Flags): Parsed {
  for (let count = tokens.length; count > 0; count -= 1) {
    try {
      return parse(tokens.slice(0, count), flags);
    } catch {
      // Without its last word, then.
    }
  }
  return parse([], flags);
}

async function flagValues(
  name: string,
  flag: Flag | undefined,
  typed: string,
  { parsed, io }: { parsed: Parsed; io: Io },
): Promise<Completion> {
  if (flag?.choices) return matching(flag.choices, typed);
  if (name === 'context') return matching(await contextNames(parsed.flags.text('kubeconfig')), typed);
  if (/namespace$/.test(name)) return matching(await withInvocation(parsed, io, namespaceNames), typed);
  return { candidates: [], directive: directive.files };
}

async function namespaceNames({ cluster, signal }: Invocation): Promise<string[]> {
  const { client } = await cluster();
  const { items } = await client.listMetadata(namespaces, { signal });
  return items.map(({ metadata }) => metadata.name);
}

function flagNames(flags: Flags): string[] {
  return Object.entries(flags)
    .filter(([, { hidden, deprecated, refused }]) => !hidden && !deprecated && !refused)
    .map(([name, { about }]) => `--${name}\t${about.split('\n', 1)[0]}`)
    .sort();
}

function matching(candidates: readonly string[], typed: string): Completion {
  return { candidates: candidates.filter((each) => each.startsWith(typed)), directive: directive.noFiles };
}
