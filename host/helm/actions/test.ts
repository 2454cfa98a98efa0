import { missingVersion } from '../errors.ts';
import type { Hook, Release } from '../types.ts';
import type { ActionContext, ActionSettings } from './context.ts';
import { runHooks } from './hooks.ts';

/** `spec.test.filters` */
export interface TestFilter {
  readonly name: string;
  readonly exclude?: boolean;
}

/** Whether a test is to be run: named by none that excludes, and by one that includes where there are such. */
export function isSelected(name: string, filters: readonly TestFilter[]): boolean {
  const included = filters.filter(({ exclude }) => !exclude);
  if (filters.some((each) => each.exclude && each.name === name)) return false;
  return included.length === 0 || included.some((each) => each.name === name);
}

/** Runs the tests of the last release, as `helm test` does. The record of the release has how each went, also when one fails. */
export async function runTests(
  context: ActionContext,
  settings: ActionSettings,
  filters: readonly TestFilter[],
): Promise<Release> {
  const { storage, name, signal } = context;
  const release = await storage.last();
  if (!release) throw missingVersion(name, 1);
  const selected = (hook: Hook) => isSelected(hook.name ?? '', filters);
  try {
    await runHooks(context, { release, event: 'test', settings, selected });
  } finally {
    if (!signal.aborted) await storage.update(release);
    // Tests may take long, and keep nobody from upgrading meanwhile.
    storage.forget();
  }
  return release;
}
