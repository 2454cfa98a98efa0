import type { Scalar } from '../../document/tree.ts';

/**
 * What a plain scalar means in go-yaml v3, which SOPS uses: of the booleans of YAML 1.1 only true and false, octal numbers of 1.1 and 1.2,
 * timestamps.
 */
export function resolvePlain(text: string): Scalar | null {
  if (text === '' || text === '~' || /^(?:null|Null|NULL)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN;
  if (/^\+?\.(?:inf|Inf|INF)$/.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-\.(?:inf|Inf|INF)$/.test(text)) return Number.NEGATIVE_INFINITY;
  if (!/^[-+.\d]/.test(text)) return text;
  if (text.startsWith('.')) return (/^\.\d/.test(text) ? float(text) : undefined) ?? text;
  return timestamp(text) ?? integer(text.replaceAll('_', '')) ?? float(text.replaceAll('_', '')) ?? text;
}

const withPrefix = /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+)$/;
const oldOctal = /^([-+]?)0([0-7]+)$/;
const decimal = /^[-+]?(?:0|[1-9]\d*)$/;

/** As Go's `ParseInt` and `ParseUint` with base 0, each of 64 bits. */
function integer(text: string): Scalar | undefined {
  const prefixed = withPrefix.exec(text);
  const octal = oldOctal.exec(text);
  const [, sign = '', magnitude = ''] = prefixed ?? (octal ? ['', octal[1], `0o${octal[2]}`] : []);
  if (!prefixed && !octal && !decimal.test(text)) return undefined;
  const absolute = prefixed || octal ? BigInt(magnitude) : BigInt(text.replace(/^[-+]/, ''));
  const negative = prefixed || octal ? sign === '-' : text.startsWith('-');
  if (negative) return absolute <= 2n ** 63n ? -absolute : undefined;
  const limit = text.startsWith('+') ? 2n ** 63n : 2n ** 64n;
  return absolute < limit ? absolute : undefined;
}

function float(text: string): number | undefined {
  return /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text) ? finite(text) : undefined;
}

function finite(text: string): number | undefined {
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}

const date = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const time =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt]|[ \t]+)(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?[ \t]*(Z|[-+]\d\d:\d\d)?$/;

/** The forms of a point in time that go-yaml knows, as Go writes them. */
function timestamp(text: string): Scalar | undefined {
  const match = time.exec(text) ?? date.exec(text);
  if (!match) return undefined;
  const [
    ,
    year = '',
    month = '',
    day = '',
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
    zone = 'Z',
  ] = match;
  const two = (digits: string) => digits.padStart(2, '0');
  const calendar = `${year}-${two(month)}-${two(day)}`;
  const clock = `${two(hour)}:${two(minute)}:${two(second)}`;
  const moment = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // The 31st of February is text.
  if (!new Date(moment).toISOString().startsWith(calendar)) return undefined;
  if (Number.isNaN(Date.parse(`${calendar}T${clock}Z`))) return undefined;
  const digits = fraction.replace(/0+$/, '');
  return {
    kind: 'time',
    text: `${calendar}T${clock}${digits === '.' ? '' : digits}${zone === '+00:00' ? 'Z' : zone}`,
  };
}
