const modulus = 65_521;
/** Most bytes before the sums have to be reduced, with room to spare below 2³². */
const slice = 2000;

/** The checksum of RFC 1950, as an unsigned number: what Flux calls the revision of a list of tags. */
export function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (let at = 0; at < bytes.length; at += slice) {
    for (const byte of bytes.subarray(at, at + slice)) {
      low += byte;
      high += low;
    }
    low %= modulus;
    high %= modulus;
  }
  return high * 65_536 + low;
}
