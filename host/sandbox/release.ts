/**
 * Gives back the memory of large bytes at once. Left to the garbage collector, tens of megabytes of modules stay until its next full round, which
 * may be minutes away. The bytes are empty afterwards. Bytes that are part of something larger are left alone.
 */
export function releaseBytes(bytes: Uint8Array): void {
  wholeBuffer(bytes)?.transfer(0);
}

/** The buffer of bytes that are all of it; undefined when they are part of something larger, or shared. */
export function wholeBuffer({ buffer, byteLength }: Uint8Array): ArrayBuffer | undefined {
  return buffer instanceof ArrayBuffer && byteLength === buffer.byteLength ? buffer : undefined;
}
