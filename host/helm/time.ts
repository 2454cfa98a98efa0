/** A time as Go's JSON encoder writes it: no zeros at the end of the fraction, so that Helm writes what it has read. */
export function goTime(at = new Date()): string {
  return at.toISOString().replace(/\.?0*Z$/, 'Z');
}

/** The seconds of a time of Go, in UTC, as Kubernetes writes times; undefined for Go's zero time. */
export function secondsOf(time: string | undefined): string | undefined {
  if (!time || time.startsWith('0001-')) return undefined;
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? undefined : `${at.toISOString().slice(0, 19)}Z`;
}
