/** A part of the memory that is not zero. */
export interface Segment {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A segment costs about as much as this many zeroes. */
const gapWords = 4;

/** The parts of a memory that a module has to bring; all else is zero anyway. */
export function segmentsOf(memory: Uint8Array): Segment[] {
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length >> 2);
  const found: Segment[] = [];
  let at = 0;
  for (;;) {
    while (at < words.length && words[at] === 0) at += 1;
    if (at >= words.length) return found;
    const start = at;
    let end = at;
    for (let zeroes = 0; at < words.length && zeroes < gapWords; at += 1) {
      zeroes = words[at] === 0 ? zeroes + 1 : 0;
      if (zeroes === 0) end = at + 1;
    }
    found.push({ offset: start * 4, bytes: memory.subarray(start * 4, end * 4) });
  }
}
