import { usageError } from '../../command/errors.ts';
import type { Invocation } from '../../command/types.ts';
import { toYaml } from '../../output/yaml.ts';

/** The one object to look at. @throws FluxError FLUX_E_CLI_USAGE */
export function nameToDebug({ args }: Invocation): string {
  const [name] = args;
  if (name === undefined || args.length > 1) throw usageError(`accepts 1 arg(s), received ${args.length}`);
  return name;
}

/**
 * The one flag of several that is on.
 * @throws FluxError FLUX_E_CLI_USAGE when none or more than one is
 */
export function chosenView<Flag extends string>({ flags }: Invocation, views: readonly Flag[]): Flag {
  const [view, ...others] = views.filter((name) => flags.is(name));
  if (view !== undefined && others.length === 0) return view;
  const names = views.map((name) => `--${name}`);
  throw usageError(`exactly one of ${names.slice(0, -1).join(', ')}, or ${names.at(-1)} must be set`);
}

export function statusText(status: unknown, documentation: string): string {
  return `# Status documentation: ${documentation}\n${toYaml(status ?? {})}`;
}

export function historyText(history: readonly unknown[] | undefined, documentation: string): string {
  return `# History documentation: ${documentation}\n${toYaml(history ?? [])}`;
}
