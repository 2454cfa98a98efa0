import type { Socket } from 'node:net';
import { egressTimeout, type Target, targetText } from './errors.ts';

const mostBytes = 64 * 1024;

/**
 * Reads the one line that a server says before TLS starts. It says nothing more until then, so anything beyond is somebody else's.
 * @returns the line without its end
 */
export function readGreeting(
  socket: Socket,
  { target, timeoutMs }: { target: Target; timeoutMs: number },
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = Buffer.alloc(0);
  const fail = (error: unknown) => {
    settle();
    socket.destroy();
    reject(error);
  };
  const take = (piece: Buffer) => {
    text = Buffer.concat([text, piece]);
    const end = text.indexOf('\n');
    if (end < 0 && text.length < mostBytes) return;
    if (end !== text.length - 1) {
      fail(new Error('it did not begin with a line of text'));
      return;
    }
    settle();
    socket.pause();
    resolve(text.toString('utf8').trimEnd());
  };
  const ended = () => fail(new Error('it was closed before it said anything'));
  const timer = setTimeout(
    () => fail(egressTimeout(targetText(target), 'did not say anything in time')),
    timeoutMs,
  );
  const settle = () => {
    clearTimeout(timer);
    socket.off('data', take);
    socket.off('error', fail);
    socket.off('end', ended);
  };
  socket.on('data', take);
  socket.once('error', fail);
  socket.once('end', ended);
  return promise;
}
