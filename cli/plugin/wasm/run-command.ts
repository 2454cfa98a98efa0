import { readFile } from 'node:fs/promises';
import { egressOf, grantsOfRequests } from '@flux-host/host/plugins/grants.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import { CommandResponse } from '@flux-host/sdk/contract/command.ts';
import Value from 'typebox/value';
import type { Io } from '../../io.ts';
import { createLog } from '../../output/log.ts';
import { inputError } from '../errors.ts';
import type { WasmCommandPlugin } from '../install/command.ts';

/** A command may take as long as its user waits; a plugin that wants less says so itself. */
const longestMs = 60 * 60_000;
const maxInputBytes = 64 * 2 ** 20;

/**
 * Runs a command of a Wasm plugin in the sandbox: it gets its words and standard input, and reads the current folder.
 * @returns the exit code that the plugin gives
 */
export async function runCommand(
  plugin: WasmCommandPlugin,
  args: readonly string[],
  io: Io,
): Promise<number> {
  const log = createLog(io);
  // What was not agreed to when it was installed it may not do.
  const requested = grantsOfRequests(plugin.manifest);
  const grants = plugin.receipt ? requested : { ...requested, network: [], capabilities: [] };
  if (!plugin.receipt && requested.network.length > 0) {
    log.warning(`${plugin.file} may not use the network: install it with "flux plugin install" for that`);
  }
  const sandbox = createSandbox({
    slots: 1,
    log: ({ level, message }) => {
      if (level === 'warn' || level === 'error') io.err(`${message}\n`);
    },
  });
  try {
    const stdin = await inputOf(io);
    const { output } = await sandbox.call<unknown>({
      plugin: await sandbox.load(await readFile(plugin.file)),
      export: 'run',
      input: { args, ...(stdin !== undefined && { stdin }) },
      tenant: 'user',
      mounts: { '/in': io.cwd },
      egress: egressOf(plugin.manifest.name, grants, {}),
      limits: { timeoutMs: longestMs },
      signal: io.interrupt,
    });
    const answer = output ?? {};
    if (!Value.Check(CommandResponse, answer)) throw inputError(`${plugin.file} gave no answer of a command`);
    if (answer.stdout) io.out(answer.stdout);
    if (answer.stderr) io.err(answer.stderr);
    return answer.exitCode ?? 0;
  } finally {
    await sandbox.close();
  }
}

/** base64; undefined when a person sits at the terminal. */
async function inputOf({ stdin }: Io): Promise<string | undefined> {
  if (stdin.isTTY) return undefined;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stdin) {
    const bytes = Buffer.from(piece);
    size += bytes.length;
    if (size > maxInputBytes) throw inputError(`standard input has more than ${maxInputBytes} bytes`);
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString('base64');
}
