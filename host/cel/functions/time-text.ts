import { EvaluationFailure } from '../failure.ts';
import { Duration, Timestamp } from '../values/scalars.ts';
import { plain } from './numbers.ts';

const nanosPerSecond = 1_000_000_000n;
const nanosPerMs = 1_000_000n;
const first = BigInt(Date.parse('0001-01-01T00:00:00Z')) * nanosPerMs;
const last = BigInt(Date.parse('9999-12-31T23:59:59Z')) * nanosPerMs + nanosPerSecond - 1n;

/** @throws EvaluationFailure outside of the years 1 … 9999 */
export function timestamp(nanos: bigint): Timestamp {
  if (nanos < first || nanos > last) throw new EvaluationFailure('timestamp overflow');
  return new Timestamp(nanos);
}

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: nanosPerMs,
  s: nanosPerSecond,
  m: 60n * nanosPerSecond,
  h: 3600n * nanosPerSecond,
};

/** Go's time.ParseDuration: `1h30m`, `-1.5s`, `0`; undefined when it is none or too long for 64 bits of nanoseconds. */
export function parseDuration(text: string): Duration | undefined {
  const match = /^([+-]?)(0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text);
  if (!match || text.length > 100) return undefined;
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of (match[2] ?? '').matchAll(
    /(\d*)\.?(\d*)([a-zµμ]+)/g,
  )) {
    const scale = units[unit] ?? 0n;
    nanos += BigInt(whole || '0') * scale;
    if (fraction) nanos += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  const signed = match[1] === '-' ? -nanos : nanos;
  return BigInt.asIntN(64, signed) === signed ? new Duration(signed) : undefined;
}

const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/**
 * A timestamp of RFC 3339; undefined when it is none.
 * @throws EvaluationFailure outside of the years 1 … 9999
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = rfc3339.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const [zoneHour, zoneMinute] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (!exists || hour > 23 || minute > 59 || second > 59 || zoneHour > 24 || zoneMinute > 59)
    return undefined;
  const zone = (zoneHour * 60 + zoneMinute) * (match[8] === '-' ? -1 : 1);
  const seconds = date.getTime() / 1000 + hour * 3600 + (minute - zone) * 60 + second;
  const fraction = (match[7] ?? '').slice(0, 9).padEnd(9, '0');
  return timestamp(BigInt(seconds) * nanosPerSecond + BigInt(fraction));
}

/** As `string(duration)` gives it: seconds, e.g. `5400s` or `1.5s`. */
export function formatDuration({ nanos }: Duration): string {
  return `${plain(Number(nanos / nanosPerSecond) + Number(nanos % nanosPerSecond) / 1e9)}s`;
}

/** As `string(timestamp)` gives it: RFC 3339 with as many decimals as are needed. */
export function formatTimestamp({ nanos }: Timestamp): string {
  const fraction = ((nanos % nanosPerSecond) + nanosPerSecond) % nanosPerSecond;
  const seconds = (nanos - fraction) / nanosPerSecond;
  const whole = new Date(Number(seconds) * 1000).toISOString().replace('.000Z', '');
  const decimals = fraction === 0n ? '' : `.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`;
  return `${whole}${decimals}Z`;
}
