import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import type { Report } from '../types.ts';
import { compilePattern } from './patterns.ts';
import { type LabelLookup, matchesSource } from './sources.ts';

export interface FilterOptions {
  readonly labelsOf: LabelLookup;
  readonly report: Report;
}

/** How long the Alerts may be gone through before others get a turn, ms. */
const sliceMs = 5;

/** The Alerts that want an event, as Flux chooses them: sources and severity, then inclusion, then exclusion. */
export async function alertsFor(
  event: FluxEvent,
  alerts: readonly Alert[],
  options: FilterOptions,
): Promise<Alert[]> {
  const found: Alert[] = [];
  let began = performance.now();
  for (const alert of alerts) {
    if (alert.spec.suspend) continue;
    if (!(await anySource(event, alert, options))) continue;
    if (isWanted(event.message, alert, options.report)) found.push(alert);
    if (performance.now() - began < sliceMs) continue;
    await nextTurn();
    began = performance.now();
  }
  return found;
}

async function anySource(event: FluxEvent, alert: Alert, options: FilterOptions): Promise<boolean> {
  for (const source of alert.spec.eventSources) {
    if (await matchesSource(event, source, { ...options, alert })) return true;
  }
  return false;
}

function isWanted(message: string, alert: Alert, report: Report): boolean {
  const { inclusionList = [], exclusionList = [] } = alert.spec;
  const matches = (list: 'inclusion' | 'exclusion') => (source: string) => {
    try {
      return compilePattern(source).matches(message);
    } catch (error) {
      const why = error instanceof Error ? `: ${error.message}` : '';
      const text = `failed to compile ${list} regex: ${source.slice(0, 200)}${why}`;
      report(alert, { type: 'Warning', reason: 'InvalidConfig', message: text });
      return false;
    }
  };
  if (inclusionList.length > 0 && !inclusionList.some(matches('inclusion'))) return false;
  return !exclusionList.some(matches('exclusion'));
}
