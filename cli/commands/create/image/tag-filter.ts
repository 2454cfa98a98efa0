import type { ImagePolicy } from '@flux-host/crds/index.ts';
import { compileGoRegexp, type GoRegexp } from '@flux-host/host/regexp/go-regexp.ts';
import { usageError } from '../../../command/errors.ts';
import type { FlagValues } from '../../../command/types.ts';

/**
 * `--filter-regex` and `--filter-extract`; undefined when there is no filter.
 * @throws FluxError FLUX_E_CLI_USAGE for a pattern that is none and for groups that it does not have
 */
export function filterFrom(flags: FlagValues): ImagePolicy['spec']['filterTags'] {
  const pattern = flags.text('filter-regex');
  const extract = flags.text('filter-extract');
  if (!pattern) {
    if (extract) throw usageError('cannot specify --filter-extract without specifying --filter-regex');
    return undefined;
  }
  const program = compiled(pattern);
  if (extract) checkExtract(extract, program);
  return { pattern, ...(extract && { extract }) };
}

function compiled(pattern: string): GoRegexp {
  try {
    return compileGoRegexp(pattern);
  } catch (error) {
    throw usageError(
      '--filter-regex is an invalid regex pattern',
      error instanceof Error ? error.message : '',
    );
  }
}

/** `$$`, `$name` or `${name}`, and a `$` that is none of them. */
const reference = /\$\$|\$\{([\p{L}\p{Nd}_]+)\}|\$([\p{L}\p{Nd}_]+)|\$/gu;

function checkExtract(template: string, { names }: GoRegexp): void {
  for (const [whole, braced, plain] of template.matchAll(reference)) {
    const name = braced ?? plain;
    if (whole === '$$') continue;
    if (name === undefined) throw usageError('--filter-extract is malformed');
    if (/^(0|[1-9]\d*)$/.test(name) || names.includes(name)) continue;
    throw usageError(`capture group $${name} used in --filter-extract not found in --filter-regex`);
  }
}
