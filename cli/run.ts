/**
 * The command line. Its behaviour is that of cobra, which Flux is built on: flags anywhere, short names in groups, aliases,
 * "Did you mean this?", the layout of help, the `__complete` protocol. No library for Node has these (clipanion decides for
 * itself where flags may stand, how help looks and what is said about a mistake), and they are what scripts and fingers of
 * Flux's users rely on; so the commands are plain tables (command/types.ts) and a few functions read them. In one point
 * this is stricter: cobra prints help and succeeds when a group is given a name that it does not have; here it fails.
 */
import { errorText } from '@flux-host/host/errors/text.ts';
import { Exit, Failed } from './command/errors.ts';
import { type Found, find, notACommand, reachable } from './command/find.ts';
import { helpFlag, helpText } from './command/help.ts';
import { type Parsed, parse } from './command/parse.ts';
import { root } from './commands/root.ts';
import type { Io } from './io.ts';
import { createLog } from './output/log.ts';

/**
 * Runs one command line (without the program's name).
 * @returns the exit code; never throws for what a user can do wrong
 */
export async function run(tokens: readonly string[], io: Io): Promise<number> {
  const log = createLog(io);
  const outcome: Outcome = { failureCode: 1 };
  try {
    if (tokens[0] === '__complete') {
      const { complete } = await import('./completion/complete.ts');
      const { withPlugins } = await import('./plugin/commands.ts');
      await complete(await withPlugins(root, io.env), tokens.slice(1), io);
      return 0;
    }
    return await dispatch(tokens, io, outcome);
  } catch (error) {
    if (error instanceof Exit) {
      log.warning(error.message);
      return error.code;
    }
    if (!(error instanceof Failed)) log.failure(errorText(error));
    return io.interrupt.aborted ? 130 : outcome.failureCode;
  }
}

/** What is known of a command line by the time it fails. */
interface Outcome {
  failureCode: number;
}

async function dispatch(tokens: readonly string[], io: Io, outcome: Outcome): Promise<number> {
  const asksHelp = tokens[0] === 'help';
  const found = await findWithPlugins(asksHelp ? tokens.slice(1) : tokens, io);
  const { command, path } = found;
  outcome.failureCode = command.failureCode ?? 1;
  if (command.external && !asksHelp) return await command.external.run(found.rest, io);
  const parsed = parse(found.rest, { ...reachable(path), ...helpFlag(command.name) });
  const [first] = parsed.args;
  if (first !== undefined && command.noArguments) throw notACommand(found, first);
  if (asksHelp || parsed.flags.is('help')) {
    io.out(helpText(path));
    return 0;
  }
  if (path.length === 1 && parsed.flags.is('version')) {
    const { version } = await import('./version.ts');
    io.out(`flux version ${version.slice(1)}\n`);
    return 0;
  }
  if (!command.run) {
    io.out(helpText(path));
    return 0;
  }
  const { invoke } = await import('./invoke.ts');
  warn(parsed, io);
  await invoke(command, parsed, io);
  return 0;
}

/** Plugins are looked for only when no command of Flux is meant, and for the list of commands. */
async function findWithPlugins(tokens: readonly string[], io: Io): Promise<Found> {
  const { command } = await find(root, tokens, { lenient: true });
  if (command !== root) return find(root, tokens);
  const { withPlugins } = await import('./plugin/commands.ts');
  return find(await withPlugins(root, io.env), tokens);
}

function warn({ warnings }: Parsed, io: Io): void {
  for (const warning of warnings) io.err(`${warning}\n`);
}
