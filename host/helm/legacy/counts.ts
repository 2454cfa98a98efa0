/** A number, or a percentage of `total`. What is neither is `total`. */
export function scaled(value: unknown, total: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? total : round((Number(percent) * total) / 100);
}
