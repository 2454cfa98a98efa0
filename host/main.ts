import { hostOptions } from './app/options.ts';
import { runHost } from './app/run.ts';
import { flagHelp, parseFlags } from './config/parse-flags.ts';
import { errorText } from './errors/text.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

try {
  const values = parseFlags(process.argv.slice(2), process.env);
  if (values.help) {
    process.stdout.write(flagHelp());
  } else {
    process.exitCode = await runHost(hostOptions(values, process.env), stop.signal);
  }
} catch (error) {
  process.stderr.write(`✗ ${errorText(error)}\n`);
  process.exitCode = 1;
}
