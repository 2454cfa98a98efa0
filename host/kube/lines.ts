/**
 * Splits a stream of bytes into lines without ever holding more than `maxBytes` of an unfinished one.
 * Bytes are joined only when a line spans several chunks, so that a large event costs one copy.
 */
export function createLineSplitter(maxBytes: number): (chunk: Buffer) => Buffer[] {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  return (chunk) => {
    const lines: Buffer[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const rest = chunk.subarray(from, end);
      lines.push(pending.length > 0 ? Buffer.concat([...pending, rest]) : rest);
      pending = [];
      pendingBytes = 0;
      from = end + 1;
    }
    if (from < chunk.length) {
      pending.push(chunk.subarray(from));
      pendingBytes += chunk.length - from;
    }
    if (pendingBytes > maxBytes) throw new RangeError(`a line is longer than ${maxBytes} bytes`);
    return lines;
  };
}
