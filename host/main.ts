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
    // Explicitly: whatever a start that was cut short left open must not keep the process.
    process.exit(await runHost(hostOptions(values, process.env), stop.signal));
  }
} catch (error) {
  process.stderr.write(`✗ ${errorText(error)}\n`);
  process.exit(1);
}
