/** Reads the primitive values of WebAssembly's binary format. Every read is bounds-checked. */
export interface WasmReader {
  /** Position of the next byte. */
  readonly offset: number;
  readonly done: boolean;
  byte(): number;
  /** Unsigned LEB128 of at most 64 bits; exact up to 2^53. */
  unsigned(): number;
  bytes(length: number): Uint8Array;
  name(): string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws RangeError from every method when the bytes end too early */
export function wasmReader(source: Uint8Array, start = 0): WasmReader {
  let offset = start;
  const byte = () => {
    const value = source[offset];
    if (value === undefined)
      throw new RangeError(`it ends in the middle of something, after ${offset} bytes`);
    offset += 1;
    return value;
  };
  const unsigned = () => {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count += 1) {
      const next = byte();
      value += (next & 127) * scale;
      if (next < 128) return value;
      scale *= 128;
    }
    throw new RangeError(`a number is too long at byte ${offset}`);
  };
  const bytes = (length: number) => {
    if (length > source.length - offset) {
      throw new RangeError(`it ends in the middle of something, after ${source.length} bytes`);
    }
    offset += length;
    return source.subarray(offset - length, offset);
  };
  return {
    get offset() {
      return offset;
    },
    get done() {
      return offset >= source.length;
    },
    byte,
    unsigned,
    bytes,
    name: () => utf8.decode(bytes(unsigned())),
  };
}

/** Unsigned LEB128. */
export function leb128(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    out.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return Uint8Array.from(out);
}

/** Signed LEB128 of an i32. */
export function signedLeb128(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    if ((rest === 0 && low < 64) || (rest === -1 && low >= 64)) {
      out.push(low);
      return Uint8Array.from(out);
    }
    out.push(low | 128);
  }
}
