import { enableCompileCache } from 'node:module';

// Halves the start: compiled code is kept in the temporary folder of the system.
enableCompileCache();
const { run } = await import('./run.ts');
const { terminalOf } = await import('./terminal.ts');

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.exitCode = 130;
    interrupt.abort(new Error('interrupted'));
  });
}

// A reader that has seen enough (`flux get all | head`) is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

const out = terminalOf(process.stdout, process.env);
const err = terminalOf(process.stderr, process.env);
const code = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  terminals: { ...(out && { out }), ...(err && { err }) },
  stdin: process.stdin,
  cwd: process.cwd(),
  env: process.env,
  exec: async (file, args) => (await import('./exec.ts')).exec(file, args),
  interrupt: interrupt.signal,
});
process.exitCode ??= code;
