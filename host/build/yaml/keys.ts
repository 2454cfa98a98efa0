/**
 * The text that a mapping key becomes in JSON, as sigs.k8s.io/yaml does it.
 * @returns undefined for keys that JSON cannot have: null, lists, mappings
 */
export function keyText(key: unknown): string | undefined {
  switch (typeof key) {
    case 'string':
      return key;
    case 'boolean':
      return String(key);
    case 'number':
      return Number.isInteger(key) && Math.abs(key) < 2 ** 63 ? String(BigInt(key)) : floatText(key);
    default:
      return undefined;
  }
}

/** Go's shortest form of a 32-bit float (`%g`). */
function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  let shortest = single;
  for (let digits = 1; digits <= 9; digits += 1) {
    shortest = Number(single.toPrecision(digits));
    if (Math.fround(shortest) === single) break;
  }
  const [mantissa = '', exponent = '0'] = shortest.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 21) return shortest.toString();
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
