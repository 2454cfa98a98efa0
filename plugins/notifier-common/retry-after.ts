/** What a service can make us wait at most, ms. */
const longestMs = 60 * 60_000;

/**
 * Reads the header `Retry-After` (RFC 9110 §10.2.3): seconds or a date.
 * @param now milliseconds since 1970
 * @returns milliseconds to wait; undefined for what is neither
 */
export function retryAfterMs(value: string | null, now: number): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestMs);
}
