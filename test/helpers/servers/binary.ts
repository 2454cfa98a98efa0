import { join } from 'node:path';
import { root } from '../../../scripts/paths.ts';
import { ensure, type Step } from '../../../scripts/steps.ts';

/** Path of a program that a set-up step builds; `npm test` built it already, a test file that runs alone may have to. */
export async function binary(step: Step): Promise<string> {
  await ensure([step]);
  const [output] = step.outputs;
  if (output === undefined) throw new Error(`${step.name} builds nothing`);
  return join(root, output);
}
