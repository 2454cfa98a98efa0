import type { TcpConnection } from '@flux-host/sdk/typescript';

/** Most bytes of a line: what a server tells of itself names its whole cluster. */
const longestLine = 1024 * 1024;

/** Reads a connection line by line. */
export interface Lines {
  /** The next line without its end. @throws Error at the end of the connection */
  next(): string;
}

export function linesOf(connection: Pick<TcpConnection, 'read'>, timeoutMs: number): Lines {
  const decoder = new TextDecoder();
  let text = '';
  return {
    next() {
      for (;;) {
        const end = text.indexOf('\n');
        if (end >= 0) {
          const line = text.slice(0, end).trimEnd();
          text = text.slice(end + 1);
          return line;
        }
        if (text.length > longestLine) throw new Error('the server sent a line that is too long');
        const piece = connection.read({ timeoutMs });
        if (piece.length === 0) throw new Error('the server closed the connection');
        text += decoder.decode(piece, { stream: true });
      }
    },
  };
}
