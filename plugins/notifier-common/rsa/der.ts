/** One element of DER (X.690). */
export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

export const tags = { integer: 0x02, octetString: 0x04, sequence: 0x30 } as const;

/**
 * The elements that follow one another.
 * @throws RangeError when the bytes are no DER
 */
export function elementsOf(bytes: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = byteAt(bytes, at);
    let length = byteAt(bytes, at + 1);
    at += 2;
    if (length > 0x80) {
      const size = length - 0x80;
      if (size > 4) throw new RangeError('a length is too large');
      length = 0;
      for (let index = 0; index < size; index += 1) length = length * 256 + byteAt(bytes, at + index);
      at += size;
    }
    if (at + length > bytes.length) throw new RangeError('an element is cut off');
    elements.push({ tag, content: bytes.subarray(at, at + length) });
    at += length;
  }
  return elements;
}

/** @throws RangeError when it is no number */
export function integerOf(element: Element | undefined): bigint {
  if (element?.tag !== tags.integer) throw new RangeError('a number is missing');
  return element.content.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** The content of an element that has to be of a kind. @throws RangeError */
export function contentOf(element: Element | undefined, tag: number): Uint8Array {
  if (element?.tag !== tag) throw new RangeError('an element is of another kind');
  return element.content;
}

function byteAt(bytes: Uint8Array, index: number): number {
  const byte = bytes[index];
  if (byte === undefined) throw new RangeError('it ends too early');
  return byte;
}
