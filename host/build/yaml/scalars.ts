/**
 * How plain scalars become values in Kubernetes' YAML (sigs.k8s.io/yaml, go-yaml v2): YAML 1.1's booleans and octal
 * numbers, no base 60, timestamps as text.
 */

const booleans = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word) => [word, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word) => [word, false] as const,
  ),
]);

export const booleanStarts = [...'yYnNtTfFoO'];
export const nullStarts = ['', '~', 'n', 'N'];
export const numberStarts = [...'+-.0123456789'];

export function toBoolean(text: string): boolean | undefined {
  return booleans.get(text);
}

export function isNull(text: string): boolean {
  return text === '' || text === '~' || text === 'null' || text === 'Null' || text === 'NULL';
}

const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]+)|(0|[1-9][0-9]*))$/;
const decimal = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
/** go-yaml's second try at binary numbers lets a sign stand after the prefix. */
const signedBinary = /^0b([-+][01]+)$/;
const specials: Readonly<Record<string, number>> = {
  '.nan': Number.NaN,
  '.NaN': Number.NaN,
  '.NAN': Number.NaN,
  '.inf': Number.POSITIVE_INFINITY,
  '.Inf': Number.POSITIVE_INFINITY,
  '.INF': Number.POSITIVE_INFINITY,
};
const maxUnsigned = 2n ** 64n - 1n;
const maxSigned = 2n ** 63n;

/** An integer or a float; undefined for text. Integers beyond 2^53 lose precision. */
export function toNumber(text: string): { value: number; isInteger: boolean } | undefined {
  const special = specials[text.replace(/^[-+]/, '')];
  if (special !== undefined && !(Number.isNaN(special) && text[0] !== '.')) {
    return { value: text[0] === '-' ? -special : special, isInteger: false };
  }
  const plain = text.replaceAll('_', '');
  const binary = signedBinary.exec(plain)?.[1];
  if (binary) return { value: Number.parseInt(binary, 2), isInteger: true };
  return toInteger(plain) ?? (decimal.test(plain) ? float(plain) : undefined);
}

function toInteger(plain: string): { value: number; isInteger: true } | undefined {
  const match = integer.exec(plain);
  if (!match) return undefined;
  const [, sign = '', hex, binary, octal, oldOctal, digits] = match;
  const magnitude = hex
    ? BigInt(`0x${hex}`)
    : binary
      ? BigInt(`0b${binary}`)
      : (octal ?? oldOctal)
        ? BigInt(`0o${octal ?? oldOctal}`)
        : BigInt(digits ?? 0);
  const limit = sign === '' ? maxUnsigned : sign === '-' ? maxSigned : maxSigned - 1n;
  if (magnitude > limit) return undefined;
  return { value: Number(sign === '-' ? -magnitude : magnitude), isInteger: true };
}

function float(text: string): { value: number; isInteger: false } | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? { value, isInteger: false } : undefined;
}
