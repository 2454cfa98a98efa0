import { SopsFault } from './fault.ts';

/** Logarithms and powers of the generator 0xe5 in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1. */
const { log, exp } = tables();

/**
 * Puts the parts of a secret together: the value at 0 of the polynomial that goes through them, for each byte. The last byte of a part is its
 * place (HashiCorp Vault's form of Shamir's scheme).
 * @throws SopsFault when the parts do not go together
 */
export function combineParts(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (!first || parts.length < 2)
    throw faulty('less than two parts cannot be used to reconstruct the secret');
  if (first.length < 2 || parts.some(({ length }) => length !== first.length)) {
    throw faulty('all parts must be of the same length and at least two bytes long');
  }
  const places = parts.map((part) => part[part.length - 1] ?? 0);
  if (new Set(places).size !== places.length) throw faulty('duplicate part detected');
  const weights = places.map((place, index) =>
    places.reduce((weight, other, at) => {
      if (at === index) return weight;
      return multiply(weight, divide(other, other ^ place));
    }, 1),
  );
  const secret = new Uint8Array(first.length - 1);
  for (const [at] of secret.entries()) {
    secret[at] = parts.reduce((sum, part, index) => sum ^ multiply(part[at] ?? 0, weights[index] ?? 0), 0);
  }
  return secret;
}

function multiply(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  return exp[((log[a] ?? 0) + (log[b] ?? 0)) % 255] ?? 0;
}

function divide(a: number, b: number): number {
  if (a === 0) return 0;
  return exp[((log[a] ?? 0) - (log[b] ?? 0) + 255) % 255] ?? 0;
}

function tables() {
  const logarithms = new Uint8Array(256);
  const powers = new Uint8Array(255);
  let value = 1;
  for (let power = 0; power < 255; power += 1) {
    powers[power] = value;
    logarithms[value] = power;
    value = timesGenerator(value);
  }
  return { log: logarithms, exp: powers };
}

function timesGenerator(value: number): number {
  let product = 0;
  let factor = 0xe5;
  for (let shifted = value; factor > 0; factor >>= 1) {
    if (factor & 1) product ^= shifted;
    shifted = (shifted << 1) ^ (shifted & 0x80 ? 0x11b : 0);
  }
  return product;
}

const faulty = (why: string) => new SopsFault('data-key', `could not get data key from shamir parts: ${why}`);
