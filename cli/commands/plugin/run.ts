import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { openPlugin, type RunResult } from '@flux-host/sdk/testing';
import { oneArgument } from '../../command/arguments.ts';
import { Failed } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { inputError } from '../../plugin/errors.ts';
import { readModule } from '../../plugin/wasm/module.ts';
import { callInput, requestFlags } from '../../plugin/wasm/request.ts';
import { maskOf, readSecrets } from '../../plugin/wasm/secrets.ts';
import { failureText, requestData, requestText } from '../../plugin/wasm/show.ts';

type Mask = (text: string) => string;

/** @throws Failed when the plugin failed; everything printed is masked */
async function report(result: RunResult, mask: Mask, { io, log, flags }: Invocation): Promise<void> {
  const { requests, files, failure, output, durationMs } = result;
  for (const line of result.log) io.err(`  ${mask(line)}\n`);
  for (const request of requests) io.out(`${mask(requestText(request))}\n`);
  for (const [path, content] of Object.entries(files))
    log.generate(`/out/${path}  ${content.length} characters`);
  if (flags.given('record')) {
    const file = resolve(io.cwd, flags.text('record'));
    await writeFile(file, mask(`${JSON.stringify(requests.map(requestData), null, 2)}\n`));
    log.success(`${requests.length} request(s) recorded in ${flags.text('record')}`);
  }
  if (failure) {
    log.failure(mask(failureText(failure)));
    throw new Failed();
  }
  io.out(mask(`${JSON.stringify(output ?? {}, null, 2)}\n`));
  log.success(`answered in ${durationMs.toFixed(1)} ms`);
}

/** `flux plugin run` */
export const run: Command = {
  name: 'run',
  usage: '<file.wasm>',
  takesFiles: true,
  short: 'Call a Wasm plugin once',
  long: `The plugin run command calls a plugin in the host's own sandbox and prints its answer. It gets what it requests.

Without --address nothing leaves this machine: requests are answered with status 200 and printed as they would have gone
out, with the credentials that the host adds, secrets masked. With --address the plugin connects for real.`,
  example: `  # See what a notifier would send
  flux plugin run my-notifier.wasm --event event.json

  # Send it
  flux plugin run my-notifier.wasm --event event.json --address https://chat.example.com/hook --secret token=@token

  # Keep what it would send for a comparison
  flux plugin run my-notifier.wasm --event event.json --record requests.json

  # Call the second function of a source
  flux plugin run my-source.wasm --request request.json --operation fetch`,
  flags: {
    ...requestFlags,
    record: {
      type: 'string',
      about: 'record the requests in this JSON file instead of sending them, also with --address',
    },
    live: { type: 'bool', about: 'connect for real, for kinds without an address' },
  },
  async run(invocation) {
    const { args, flags, io, log, timeoutMs, signal } = invocation;
    const bytes = await readModule(oneArgument(args), io.cwd);
    const secret = await readSecrets(flags.list('secret'), io.cwd);
    const mask = maskOf(secret);
    const live = (flags.is('live') || flags.text('address') !== '') && !flags.given('record');
    const plugin = await openPlugin(bytes);
    try {
      const input = await callInput(plugin.manifest, flags, io.cwd);
      const how = live ? 'connecting for real' : 'nothing leaves this machine';
      log.action(`${plugin.manifest.name}: ${input.operation} (${how})`);
      const result = await plugin.run({
        ...input,
        secret,
        live,
        timeoutMs,
        signal,
        ...(flags.text('files') && { folder: resolve(io.cwd, flags.text('files')) }),
      });
      await report(result, mask, invocation);
    } catch (error) {
      if (error instanceof TypeError) throw inputError(error.message, 'see --request, --event and --config');
      throw error;
    } finally {
      await plugin.close();
    }
  },
};
