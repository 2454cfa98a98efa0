/** The data types of SSH (RFC 4251, section 5). */

/** A string: its length and its bytes. */
export function sshString(content: Uint8Array | string): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A non-negative integer: the shortest form that is not taken for a negative one. */
export function sshInteger(bytes: Uint8Array): Buffer {
  let from = 0;
  while (from < bytes.length && bytes[from] === 0) from += 1;
  const digits = bytes.subarray(from);
  const isNegative = ((digits[0] ?? 0) & 0x80) !== 0;
  return sshString(isNegative ? Buffer.concat([Buffer.alloc(1), digits]) : digits);
}

export interface SshReader {
  byte(): number;
  uint32(): number;
  string(): Buffer;
  bytes(count: number): Buffer;
}

/**
 * Reads values one after another.
 * @throws RangeError when a value reaches beyond the end
 */
export function sshReader(source: Buffer): SshReader {
  let at = 0;
  const bytes = (count: number): Buffer => {
    if (count > source.length - at) throw new RangeError('the message is cut short');
    at += count;
    return source.subarray(at - count, at);
  };
  const uint32 = () => bytes(4).readUInt32BE();
  return { bytes, uint32, byte: () => bytes(1).readUInt8(), string: () => bytes(uint32()) };
}
