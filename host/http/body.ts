import type { IncomingMessage } from 'node:http';

/** How much of a body that is too large is still taken from the sender, so that it gets to see the answer. */
const mostDiscardedBytes = 32 * 2 ** 20;

/**
 * The body of a request; `too-large` when it has more bytes. No more than `maxBytes` are held in memory: what is beyond is read and
 * forgotten, as a connection that is closed in the middle of a request shows its sender a broken pipe in place of the answer.
 * @throws Error when the connection ends before the body does
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | 'too-large'> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > mostDiscardedBytes) return 'too-large';
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > maxBytes) pieces.length = 0;
    else pieces.push(piece);
    if (length > mostDiscardedBytes) break;
  }
  return length > maxBytes ? 'too-large' : Buffer.concat(pieces, length);
}
