import type { OpenPlugin } from '../types.ts';
import { commonChecks } from './common.ts';
import { kindChecks } from './kinds.ts';
import type { Check, CheckOutcome, ConformanceSetup } from './types.ts';

/**
 * Tries a plugin with the golden examples of everything that it provides, and with what the host relies on beyond them.
 * @param onOutcome is told of each check as it ends
 * @throws TypeError when `setup.skip` names a check that does not exist: a typing error must not hide one
 */
export async function checkConformance(
  plugin: OpenPlugin,
  setup: ConformanceSetup = {},
  onOutcome: (outcome: CheckOutcome) => void = () => {},
): Promise<CheckOutcome[]> {
  const checks = plugin.manifest.provides
    // Types of one kind are names of the same code.
    .filter((use, index, all) => all.findIndex(({ kind }) => kind === use.kind) === index)
    .flatMap(({ kind, type }) => {
      const subject = { plugin, kind, type, setup };
      return [...commonChecks(subject), ...kindChecks[kind](subject)].map((check) => ({
        ...check,
        name: `${kind} ${check.name}`,
      }));
    });
  const unknown = Object.keys(setup.skip ?? {}).filter((name) => !checks.some((each) => each.name === name));
  if (unknown.length > 0) throw new TypeError(`there is no check "${unknown.join('", "')}" to skip`);
  const outcomes: CheckOutcome[] = [];
  for (const check of checks) {
    const outcome = await outcomeOf(check, setup.skip?.[check.name]);
    outcomes.push(outcome);
    onOutcome(outcome);
  }
  return outcomes;
}

async function outcomeOf({ name, run }: Check, skipped: string | undefined): Promise<CheckOutcome> {
  if (skipped !== undefined) return { name, result: 'skipped', detail: skipped };
  try {
    const fault = await run();
    return fault === undefined ? { name, result: 'passed' } : { name, result: 'failed', detail: fault };
  } catch (error) {
    return { name, result: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}
