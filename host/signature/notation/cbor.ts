/** What CBOR (RFC 8949) can say, as far as COSE uses it. Maps have numbers and texts as keys. */
export type Cbor = number | string | boolean | null | Uint8Array | readonly Cbor[] | CborMap | CborTag;
export type CborMap = ReadonlyMap<number | string, Cbor>;
export class CborTag {
  readonly tag: number;
  readonly value: Cbor;
  constructor(tag: number, value: Cbor) {
    this.tag = tag;
    this.value = value;
  }
}

const deepest = 16;

/**
 * Reads one item of definite length, which has to be all there is.
 * @throws RangeError that says what is wrong with it
 */
export function decodeCbor(bytes: Uint8Array): Cbor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError('it is cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const argument = (info: number): number => {
    if (info < 24) return info;
    const start = at;
    if (info === 24) return take(1)[0] ?? 0;
    if (info === 25) return take(2) && view.getUint16(start);
    if (info === 26) return take(4) && view.getUint32(start);
    const large = info === 27 ? take(8) && view.getBigUint64(start) : undefined;
    if (large === undefined) throw new RangeError('it has an item of indefinite length');
    if (large > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('it has a number that is too large');
    return Number(large);
  };
  const list = <T>(length: number, read: () => T): T[] => {
    // Each entry has a byte at least.
    if (length > bytes.length - at) throw new RangeError('it is cut off');
    return Array.from({ length }, read);
  };
  const item = (depth: number): Cbor => {
    if (depth > deepest) throw new RangeError('it is nested too deeply');
    const head = take(1)[0] ?? 0;
    const [major, info] = [head >> 5, head & 31];
    if (major === 7) return simple(info);
    const length = argument(info);
    switch (major) {
      case 0:
        return length;
      case 1:
        return -1 - length;
      case 2:
        return take(length);
      case 3:
        return new TextDecoder('utf-8', { fatal: true }).decode(take(length));
      case 4:
        return list(length, () => item(depth + 1));
      case 5:
        return map(list(length, () => [item(depth + 1), item(depth + 1)] as const));
      default:
        return new CborTag(length, item(depth + 1));
    }
  };
  const value = item(0);
  if (at !== bytes.length) throw new RangeError('there is something behind it');
  return value;
}

function simple(info: number): Cbor {
  if (info === 20 || info === 21) return info === 21;
  if (info === 22) return null;
  throw new RangeError('it has a value that is not known');
}

function map(entries: readonly (readonly [Cbor, Cbor])[]): CborMap {
  const found = new Map<number | string, Cbor>();
  for (const [key, value] of entries) {
    if (typeof key !== 'number' && typeof key !== 'string')
      throw new RangeError('it has a key that is neither number nor text');
    if (found.has(key)) throw new RangeError(`it has the key ${key} twice`);
    found.set(key, value);
  }
  return found;
}

/** A list of texts and byte strings, as COSE signs it. */
export function encodeCborList(items: readonly (string | Uint8Array)[]): Uint8Array {
  const parts = items.map((item) =>
    typeof item === 'string'
      ? [head(3, Buffer.byteLength(item)), Buffer.from(item)]
      : [head(2, item.length), item],
  );
  return Buffer.concat([head(4, items.length), ...parts.flat()]);
}

function head(major: number, length: number): Buffer {
  const first = major << 5;
  if (length < 24) return Buffer.of(first | length);
  if (length < 2 ** 8) return Buffer.of(first | 24, length);
  const bytes = Buffer.alloc(length < 2 ** 16 ? 3 : 5);
  bytes[0] = first | (bytes.length === 3 ? 25 : 26);
  if (bytes.length === 3) bytes.writeUInt16BE(length, 1);
  else bytes.writeUInt32BE(length, 1);
  return bytes;
}
