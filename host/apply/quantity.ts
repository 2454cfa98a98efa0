const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Fields whose values are quantities, which the API server writes in a canonical form. */
const quantityMaps = new Set([
  'limits',
  'requests',
  'hard',
  'capacity',
  'default',
  'defaultRequest',
  'max',
  'min',
  'maxLimitRequestRatio',
  'overhead',
]);

/** Whether the values of the map at a field name are quantities such as `500m` or `1Gi`. */
export function holdsQuantities(field: string): boolean {
  return quantityMaps.has(field);
}

/** Whether two quantities are the same amount: `1024Mi` and `1Gi`, `0.5` and `500m`, `1` and `"1"`. */
export function sameQuantity(a: unknown, b: unknown): boolean {
  const [left, right] = [amountOf(a), amountOf(b)];
  return left !== undefined && right !== undefined && Math.abs(left - right) <= Math.abs(left) * 1e-12;
}

function amountOf(quantity: unknown): number | undefined {
  if (typeof quantity !== 'string' && typeof quantity !== 'number') return undefined;
  const match = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([numkMGTPE]?i?)$/.exec(String(quantity));
  const factor = suffixes[match?.[2] ?? ''];
  const amount = Number(match?.[1]) * (factor ?? Number.NaN);
  return Number.isNaN(amount) ? undefined : amount;
}
