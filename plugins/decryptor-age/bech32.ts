const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** Decodes Bech32 (BIP 173) of any length, as age writes keys; undefined for what is none. */
export function decodeBech32(
  text: string,
): { readonly prefix: string; readonly data: Uint8Array } | undefined {
  if (text !== text.toLowerCase() && text !== text.toUpperCase()) return undefined;
  const lower = text.toLowerCase();
  const at = lower.lastIndexOf('1');
  if (at < 1 || lower.length - at < 7) return undefined;
  const prefix = lower.slice(0, at);
  const values = [...lower.slice(at + 1)].map((character) => alphabet.indexOf(character));
  if (values.includes(-1) || checksum([...expanded(prefix), ...values]) !== 1) return undefined;
  const data = regrouped(values.slice(0, -6));
  return data && { prefix, data };
}

function expanded(prefix: string): number[] {
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function checksum(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, term] of generator.entries()) if ((top >> bit) & 1) sum ^= term;
  }
  return sum;
}

/** From groups of five bits to bytes. What is left over has to be zero. */
function regrouped(values: readonly number[]): Uint8Array | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let buffer = 0;
  for (const value of values) {
    buffer = ((buffer << 5) | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((buffer >> bits) & 0xff);
  }
  const isPadding = bits < 5 && ((buffer << (8 - bits)) & 0xff) === 0;
  return isPadding ? Uint8Array.from(bytes) : undefined;
}
