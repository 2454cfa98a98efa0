/**
 * Gives back the memory of large bytes at once. Left to the garbage collector, tens of megabytes of modules stay until its next full round, which
 * may be minutes away. The bytes are empty afterwards. Bytes that are part of something larger are left alone.
 */
export function releaseBytes(bytes: Uint8Array): void {
  const { buffer, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
}
