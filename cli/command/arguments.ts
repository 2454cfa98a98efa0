import { usageError } from './errors.ts';

/** @throws FluxError FLUX_E_CLI_USAGE in cobra's words */
export function oneArgument(args: readonly string[]): string {
  const [only] = args;
  if (only === undefined || args.length > 1) throw usageError(`accepts 1 arg(s), received ${args.length}`);
  return only;
}

/** @throws FluxError FLUX_E_CLI_USAGE in cobra's words */
export function atMostOneArgument(args: readonly string[]): string | undefined {
  if (args.length > 1) throw usageError(`accepts at most 1 arg(s), received ${args.length}`);
  return args[0];
}
