import type { Headers } from './egress/headers.ts';

/** A body of this length at most comes together with the head of its response. */
const smallBody = 64 * 1024;

/** Whether the head promises a body that is worth waiting for: most answers of services are, and come in one piece with it. */
export function isSmall(status: number, headers: Headers): boolean {
  if (status === 204 || status === 304) return true;
  const [, length] = headers.find(([name]) => name.toLowerCase() === 'content-length') ?? [];
  return length !== undefined && Number(length) <= smallBody;
}

/** A body that was read to its end, or to its failure, and can be read again. */
export interface ReadAhead {
  /** Absent when the body broke off. */
  readonly whole?: Uint8Array;
  readonly again: AsyncIterator<Uint8Array>;
}

export async function readAhead(body: AsyncIterator<Uint8Array>): Promise<ReadAhead> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of { [Symbol.asyncIterator]: () => body }) pieces.push(piece);
  } catch (error) {
    return {
      again: replay(pieces, () => {
        throw error;
      }),
    };
  }
  // A copy of its own: what the network gave is part of a larger buffer.
  const whole = Uint8Array.from(Buffer.concat(pieces));
  return { whole, again: replay(whole.length > 0 ? [whole] : [], () => {}) };
}

async function* replay(pieces: readonly Uint8Array[], end: () => void): AsyncGenerator<Uint8Array> {
  yield* pieces;
  end();
}
