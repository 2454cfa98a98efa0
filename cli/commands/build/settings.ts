import { createRedactor } from '@flux-host/host/observability/redact.ts';
import type { BuildSettings } from '../../build/build.ts';
import { type Engine, startEngine } from '../../build/engine.ts';
import { parseLocalSources } from '../../build/local-sources.ts';
import type { Nesting } from '../../build/recursive.ts';
import { usageError } from '../../command/errors.ts';
import type { Invocation } from '../../command/types.ts';

/** The name of the Kustomization that a command is about. @throws FluxError FLUX_E_CLI_USAGE */
export function kustomizationName({ args }: Invocation): string {
  const [name] = args;
  if (name === undefined) throw usageError('kustomization name is required');
  return name;
}

/** Runs the work with the host's builder. */
export async function withEngine<T>({ io }: Invocation, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await startEngine(io);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/** What the flags of a command line say about building; without a client it is a dry run. */
export function settingsFrom(
  { flags, timeoutMs, signal }: Invocation,
  engine: Engine,
  client: BuildSettings['client'],
): BuildSettings {
  return {
    engine,
    redactor: createRedactor(),
    ignore: flags.list('ignore-paths'),
    strict: flags.is('strict-substitute'),
    timeoutMs,
    signal,
    ...(client && { client }),
  };
}

/** What `--local-sources` says. */
export function nestingFrom({ flags, io }: Invocation): Nesting {
  return { sources: parseLocalSources(flags.list('local-sources'), io.cwd), cwd: io.cwd };
}
