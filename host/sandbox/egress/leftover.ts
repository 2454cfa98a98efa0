import { Readable } from 'node:stream';

/** More than this of an answer that nobody reads is not worth the connection, bytes. */
const mostBytes = 64 * 1024;
/** Nor is a server that takes longer, ms. */
const mostMs = 1000;

/**
 * Reads an answer to its end that nobody wants, so that its connection can be used again: to leave it unread would close that, and the next request
 * would begin with a handshake. Most of them are `ok`.
 */
export async function discard(body: AsyncIterable<Uint8Array>): Promise<void> {
  const pieces = body[Symbol.asyncIterator]();
  // An iterator that waits for the next piece cannot be ended, the stream below it can.
  const giveUp = () =>
    body instanceof Readable ? void body.destroy() : void pieces.return?.().catch(() => {});
  const timer = setTimeout(giveUp, mostMs);
  timer.unref();
  let size = 0;
  try {
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
      size += next.value.length;
      if (size > mostBytes) return giveUp();
    }
  } catch {
    // It broke off, or the time was over: there is no connection to keep.
  } finally {
    clearTimeout(timer);
  }
}
