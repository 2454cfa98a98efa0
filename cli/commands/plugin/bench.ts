import { resolve } from 'node:path';
import { openPlugin } from '@flux-host/sdk/testing';
import { oneArgument } from '../../command/arguments.ts';
import { commandError, usageError } from '../../command/errors.ts';
import type { Command } from '../../command/types.ts';
import { tableText } from '../../output/table.ts';
import { readModule } from '../../plugin/wasm/module.ts';
import { percentile } from '../../plugin/wasm/percentile.ts';
import { callInput, requestFlags } from '../../plugin/wasm/request.ts';
import { maskOf, readSecrets } from '../../plugin/wasm/secrets.ts';
import { failureText } from '../../plugin/wasm/show.ts';
import { sizeText } from '../../plugin/wasm/size.ts';

const milliseconds = (value: number): string => `${value.toFixed(2)} ms`;

/** `flux plugin bench` */
export const bench: Command = {
  name: 'bench',
  usage: '<file.wasm>',
  takesFiles: true,
  short: 'Measure a Wasm plugin',
  long: `The plugin bench command calls a plugin again and again in the host's own sandbox and prints how long that takes.
Requests are answered by a server in the same process at once, so that the figures are those of plugin and host.`,
  example: `  # Measure a notifier with an event of your own
  flux plugin bench my-notifier.wasm --event event.json --calls 1000`,
  flags: {
    ...requestFlags,
    calls: { type: 'int', default: '200', about: 'how many calls to measure' },
  },
  async run({ args, flags, io, log, signal }) {
    const calls = flags.number('calls');
    if (calls < 1 || calls > 1_000_000) throw usageError('--calls must be between 1 and 1000000');
    const bytes = await readModule(oneArgument(args), io.cwd);
    const secret = await readSecrets(flags.list('secret'), io.cwd);
    const began = performance.now();
    const plugin = await openPlugin(bytes);
    try {
      const loadMs = performance.now() - began;
      const input = await callInput(plugin.manifest, flags, io.cwd);
      const folder = flags.text('files') ? { folder: resolve(io.cwd, flags.text('files')) } : {};
      log.action(`${plugin.manifest.name}: ${calls} calls of ${input.operation}`);
      const times: number[] = [];
      for (let call = 0; call <= calls; call += 1) {
        const { failure, durationMs } = await plugin.run({ ...input, ...folder, secret, signal });
        if (failure) {
          throw commandError(
            'FLUX_E_CLI_PLUGIN_RUN',
            `call ${call + 1} failed: ${maskOf(secret)(failureText(failure))}`,
          );
        }
        times.push(durationMs);
      }
      const [first = 0, ...warm] = times;
      const rows = [
        ['size', sizeText(plugin.size)],
        ['load', milliseconds(loadMs)],
        ['first call', milliseconds(first)],
        ['median', milliseconds(percentile(warm, 0.5))],
        ['95 %', milliseconds(percentile(warm, 0.95))],
        ['slowest', milliseconds(Math.max(...warm))],
        ['calls a second', String(Math.round((warm.length / warm.reduce((a, b) => a + b, 0)) * 1000))],
      ];
      io.out(tableText(['Measure', 'Value'], rows));
    } finally {
      await plugin.close();
    }
  },
};
