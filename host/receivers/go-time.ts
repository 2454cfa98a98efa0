const processBegan = performance.timeOrigin;

/**
 * A moment as Go's `time.Now().String()` writes it, e.g. `2026-01-02 15:04:05.123456789 +0000 UTC m=+12.345678901`: the value
 * that Flux gives to `reconcile.fluxcd.io/requestedAt`, where tools may read it. UTC, as in Flux's image.
 * @param ms time since the epoch, with fractions
 */
export function goTime(ms: number = performance.timeOrigin + performance.now()): string {
  const seconds = Math.floor(ms / 1000);
  const nanos = Math.floor((ms - seconds * 1000) * 1e6);
  const [day, clock] = new Date(seconds * 1000).toISOString().slice(0, 19).split('T');
  // Go leaves out zeros at the end, but not those of the time since the start.
  const fraction = nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`;
  const since = Math.max(ms - processBegan, 0);
  return `${day} ${clock}${fraction} +0000 UTC m=+${(since / 1000).toFixed(9)}`;
}
