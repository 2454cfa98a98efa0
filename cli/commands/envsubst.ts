import { substitute } from '@flux-host/host/build/envsubst/evaluate.ts';
import { SubstitutionError } from '@flux-host/host/build/envsubst/syntax.ts';
import { commandError } from '../command/errors.ts';
import type { Command, Invocation } from '../command/types.ts';
import { linesOf } from '../output/lines.ts';
import { preview } from './texts.ts';

/** Line by line, as Flux does it: an expression that goes over several lines is an error. */
async function run({ flags, io }: Invocation): Promise<void> {
  const strict = flags.is('strict');
  const lookup = (name: string) => io.env[name] ?? (strict ? undefined : '');
  let number = 0;
  for await (const line of linesOf(io.stdin)) {
    number += 1;
    io.out(`${substituted(line, number, lookup)}\n`);
  }
}

function substituted(line: string, number: number, lookup: (name: string) => string | undefined): string {
  try {
    return substitute(line, lookup);
  } catch (error) {
    if (!(error instanceof SubstitutionError)) throw error;
    const hint = error.message.includes('strict mode')
      ? `export the variable, or give it a default: \${name:=default}`
      : 'check the $' + '{…} expressions of the line; $$ stands for a plain $';
    throw commandError('FLUX_E_CLI_ENVSUBST', `${error.message} in line ${number}`, hint);
  }
}

/** `flux envsubst` */
export const envsubst: Command = {
  name: 'envsubst',
  short: 'envsubst substitutes the values of environment variables',
  long: preview(`The envsubst command substitutes the values of environment variables
in the string piped as standard input and writes the result to the standard output. This command can be used
to replicate the behavior of the Flux Kustomization post-build substitutions.`),
  example: `  # Run env var substitutions on the kustomization build output
  export cluster_region=eu-central-1
  kustomize build . | flux envsubst

  # Run env var substitutions and error out if a variable is not set
  kustomize build . | flux envsubst --strict`,
  noArguments: true,
  flags: {
    strict: {
      type: 'bool',
      about:
        'fail if a variable without a default value is declared in the input but is missing from the environment',
    },
  },
  run,
};
