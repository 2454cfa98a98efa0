import type { Scalar } from './tree.ts';

/** Go's `strconv.FormatFloat(value, 'f', -1, 64)`: no exponent, however large or small. */
export function plainFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const text = String(Math.abs(value));
  const [mantissa = '', exponent] = text.split('e');
  if (exponent === undefined) return sign + text;
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Go's `%g` with the shortest digits: an exponent below -4 and from 21 on. */
export function shortFloat(value: number): string {
  if (!Number.isFinite(value)) return plainFloat(value);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 21) return plainFloat(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** The bytes of a value that go into the MAC. */
export function macText(value: Scalar): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
      return plainFloat(value);
    case 'bigint':
      return value.toString();
    default:
      return value.text;
  }
}

/** A value in a format that only knows text (dotenv, INI). */
export function flatText(value: Scalar | null): string {
  if (value === null) return '<nil>';
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return String(value);
    case 'bigint':
      return value.toString();
    case 'number': {
      const text = shortFloat(value).toUpperCase().replace('INF', 'Inf').replace('NAN', 'NaN');
      return /[.E]|Inf|NaN/.test(text) ? text : `${text}.0`;
    }
    default:
      return value.text.replace(/\.\d+/, '');
  }
}
