/** Spreads an interval by ± `percentage` (`--interval-jitter-percentage`), so that objects do not wake all at once. */
export function jitter(intervalMs: number, percentage: number): number {
  const share = Math.min(Math.max(percentage, 0), 99) / 100;
  return Math.round(intervalMs * (1 + share * (Math.random() * 2 - 1)));
}
