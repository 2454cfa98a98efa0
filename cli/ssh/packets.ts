import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';

/** Messages of the unencrypted beginning of an SSH connection (RFC 4253, sections 4 and 6). */
export interface PacketStream {
  /** The line that the server says hello with, without its line break. */
  readonly serverVersion: string;
  next(): Promise<Buffer>;
  send(payload: Buffer): void;
}

const maxPacket = 256 * 1024;
const maxGreeting = 64 * 1024;

/** Exchanges the version lines; then packets follow. */
export async function openPackets(socket: Socket, clientVersion: string): Promise<PacketStream> {
  const chunks = socket[Symbol.asyncIterator]();
  let buffered: Buffer = Buffer.alloc(0);

  async function fill(): Promise<void> {
    const { done, value } = await chunks.next();
    if (done) throw new Error('the server closed the connection');
    buffered = Buffer.concat([buffered, value]);
  }

  async function line(): Promise<string> {
    while (!buffered.includes(10)) {
      if (buffered.length > maxGreeting) throw new Error('the server does not speak SSH');
      await fill();
    }
    const end = buffered.indexOf(10);
    const text = buffered.subarray(0, end).toString('latin1').replace(/\r$/, '');
    buffered = buffered.subarray(end + 1);
    return text;
  }

  async function take(count: number): Promise<Buffer> {
    while (buffered.length < count) await fill();
    const taken = buffered.subarray(0, count);
    buffered = buffered.subarray(count);
    return taken;
  }

  socket.write(`${clientVersion}\r\n`);
  let serverVersion = await line();
  // A server may say other things first.
  for (let lines = 0; !serverVersion.startsWith('SSH-'); lines += 1) {
    if (lines > 50) throw new Error('the server does not speak SSH');
    serverVersion = await line();
  }
  if (!/^SSH-(2\.0|1\.99)-/.test(serverVersion)) throw new Error(`the server speaks ${serverVersion}`);

  return {
    serverVersion,
    async next() {
      const length = (await take(4)).readUInt32BE();
      if (length > maxPacket || length < 2)
        throw new Error('the server sent a packet of an impossible length');
      const packet = await take(length);
      const padding = packet.readUInt8();
      if (padding > length - 2) throw new Error('the server sent a packet with impossible padding');
      return Buffer.from(packet.subarray(1, length - padding));
    },
    send(payload) {
      // Length, padding length, payload and padding fill blocks of 8; at least 4 bytes of padding.
      const padding = 8 - ((payload.length + 5) % 8) + (8 - ((payload.length + 5) % 8) < 4 ? 8 : 0);
      const head = Buffer.alloc(5);
      head.writeUInt32BE(payload.length + padding + 1);
      head.writeUInt8(padding, 4);
      socket.write(Buffer.concat([head, payload, randomBytes(padding)]));
    },
  };
}
