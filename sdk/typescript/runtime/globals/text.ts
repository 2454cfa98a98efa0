import { native } from '../native.ts';

class Utf8Encoder {
  readonly encoding = 'utf-8';
  encode(text = ''): Uint8Array<ArrayBuffer> {
    // Halves of surrogate pairs have no encoding.
    return native.encodeUtf8(String(text).toWellFormed());
  }
}

function bytesOf(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (source instanceof Uint8Array) return source;
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

/** How many bytes at the end are the beginning of a character whose rest may still come. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

class Utf8Decoder {
  readonly encoding = 'utf-8';
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  #rest = new Uint8Array(0);
  #begun = false;

  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
    if (!/^\s*(utf-?8|unicode-1-1-utf-8)\s*$/i.test(label)) {
      throw new RangeError(`the encoding ${label} is not supported: a plugin reads UTF-8 only`);
    }
    this.fatal = fatal;
    this.ignoreBOM = ignoreBOM;
  }

  decode(source: ArrayBuffer | ArrayBufferView = new Uint8Array(0), { stream = false } = {}): string {
    let bytes = bytesOf(source);
    if (this.#rest.length > 0) {
      const joined = new Uint8Array(this.#rest.length + bytes.length);
      joined.set(this.#rest);
      joined.set(bytes, this.#rest.length);
      bytes = joined;
    }
    const kept = stream ? unfinished(bytes) : 0;
    this.#rest = bytes.slice(bytes.length - kept);
    const text = native.decodeUtf8(bytes.subarray(0, bytes.length - kept), this.fatal);
    if (text === undefined) throw new TypeError('the bytes are not UTF-8');
    const atStart = !this.#begun;
    this.#begun = stream && (this.#begun || text !== '');
    return atStart && !this.ignoreBOM && text.startsWith('\ufeff') ? text.slice(1) : text;
  }
}

export { Utf8Decoder as TextDecoder, Utf8Encoder as TextEncoder };
