import { EvaluationFailure } from '../failure.ts';
import type { CelValue } from '../types.ts';
import { Duration, Timestamp } from '../values/scalars.ts';
import { type CelFunction, unsuitable } from './types.ts';

const nanosPerMs = 1_000_000n;

/** Reads one number of a time, given in milliseconds as if the zone were UTC. */
type Part = (local: Date) => number;

const dayOfYear: Part = (date) =>
  Math.floor((date.getTime() - new Date(date).setUTCMonth(0, 1)) / 86_400_000);

/** Methods of timestamps; some of them are methods of durations too, and count the whole duration then. */
export const timeFunctions: Readonly<Record<string, CelFunction>> = {
  getFullYear: getter('getFullYear', (date) => date.getUTCFullYear()),
  getMonth: getter('getMonth', (date) => date.getUTCMonth()),
  getDate: getter('getDate', (date) => date.getUTCDate()),
  getDayOfMonth: getter('getDayOfMonth', (date) => date.getUTCDate() - 1),
  getDayOfWeek: getter('getDayOfWeek', (date) => date.getUTCDay()),
  getDayOfYear: getter('getDayOfYear', dayOfYear),
  getHours: getter('getHours', (date) => date.getUTCHours(), 3_600_000n * nanosPerMs),
  getMinutes: getter('getMinutes', (date) => date.getUTCMinutes(), 60_000n * nanosPerMs),
  getSeconds: getter('getSeconds', (date) => date.getUTCSeconds(), 1_000n * nanosPerMs),
  getMilliseconds: getter('getMilliseconds', (date) => date.getUTCMilliseconds(), nanosPerMs),
};

function getter(name: string, part: Part, durationUnit?: bigint): CelFunction {
  return (args: readonly CelValue[], budget) => {
    const [time, zone] = args;
    if (time instanceof Duration && durationUnit !== undefined && args.length === 1)
      return time.nanos / durationUnit;
    if (!(time instanceof Timestamp) || args.length > 2) throw unsuitable(name, args);
    const ms = Number(
      time.nanos >= 0n ? time.nanos / nanosPerMs : (time.nanos - nanosPerMs + 1n) / nanosPerMs,
    );
    if (args.length === 1) return BigInt(part(new Date(ms)));
    if (typeof zone !== 'string') throw unsuitable(name, args);
    // Finding out the rules of a zone is the most expensive thing here.
    budget.charge(100);
    return BigInt(part(new Date(ms + offsetOf(zone, ms))));
  };
}

/** How far a zone is ahead of UTC at that moment, ms: `Europe/Rome`, `+05:30` or `-5:30`. */
function offsetOf(zone: string, ms: number): number {
  const fixed = /^([+-]?)(\d+):(\d+)$/.exec(zone);
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000;
  if (zone === '') return 0;
  const parts = localParts(zone, ms);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

function localParts(zone: string, ms: number): number[] {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      hourCycle: 'h23',
    });
    const found = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    return (['year', 'month', 'day', 'hour', 'minute', 'second'] as const).map(
      (type) => found.get(type) ?? 0,
    );
  } catch {
    throw new EvaluationFailure(`unknown time zone ${zone}`);
  }
}
