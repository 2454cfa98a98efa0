import {
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  verify,
} from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { errorText, isAbort } from '@flux-host/host/errors/text.ts';
import { commandError } from '../command/errors.ts';
import { openPackets, type PacketStream } from './packets.ts';
import { signatureKey } from './signature.ts';
import { sshInteger, sshReader, sshString } from './wire.ts';

/** Best first, as Go's SSH client asks: the key that Flux itself would note. */
const hostKeyAlgorithms = [
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-256',
  'rsa-sha2-512',
  'ssh-rsa',
  'ssh-ed25519',
];
const keyExchanges = ['curve25519-sha256', 'curve25519-sha256@libssh.org'];
const clientVersion = 'SSH-2.0-flux';
const defaultPort = 22;
const timeoutMs = 30_000;

const message = { disconnect: 1, ignore: 2, debug: 4, kexInit: 20, kexEcdhInit: 30, kexEcdhReply: 31 };

/**
 * Asks an SSH server for its host key and has it prove that it holds the private one.
 * @param host `name` or `name:port`
 * @returns a line of a known_hosts file, without a line break
 * @throws FluxError FLUX_E_CLI_SSH_SCAN
 */
export async function scanHostKey(host: string, signal: AbortSignal): Promise<string> {
  const { hostname, port } = new URL(`ssh://${host}`);
  const number = Number(port) || defaultPort;
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = connect({ host: address, port: number });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const stop = () => socket.destroy(new Error('no answer within 30 s'));
  limit.addEventListener('abort', stop, { once: true });
  try {
    const key = await exchangeKeys(socket);
    const type = sshReader(key).string().toString();
    const name = number === defaultPort ? address : `[${address}]:${number}`;
    return `${name} ${type} ${key.toString('base64')}`;
  } catch (error) {
    if (signal.aborted && isAbort(signal.reason)) throw signal.reason;
    throw commandError(
      'FLUX_E_CLI_SSH_SCAN',
      `SSH key scan for host ${address}:${number} failed, error: ${errorText(error)}`,
      'is the host of --url right, and can this machine reach it?',
    );
  } finally {
    limit.removeEventListener('abort', stop);
    socket.destroy();
  }
}

/** The first half of a key exchange (RFC 8731); what follows would be encrypted and is not needed. */
async function exchangeKeys(socket: Socket): Promise<Buffer> {
  const packets = await openPackets(socket, clientVersion);
  const ours = kexInit();
  packets.send(ours);
  const theirs = await nextOf(packets, message.kexInit);
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const ourPoint = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  packets.send(Buffer.concat([Buffer.of(message.kexEcdhInit), sshString(ourPoint)]));
  const reply = sshReader((await nextOf(packets, message.kexEcdhReply)).subarray(1));
  const [hostKey, theirPoint, signature] = [reply.string(), reply.string(), reply.string()];

  const secret = diffieHellman({
    privateKey,
    publicKey: createPublicKey({
      key: { kty: 'OKP', crv: 'X25519', x: theirPoint.toString('base64url') },
      format: 'jwk',
    }),
  });
  const exchanged = createHash('sha256')
    .update(
      Buffer.concat([
        ...[clientVersion, packets.serverVersion, ours, theirs, hostKey, ourPoint, theirPoint].map(sshString),
        sshInteger(secret),
      ]),
    )
    .digest();
  const { hash, key, bytes } = signatureKey(hostKey, signature);
  if (!verify(hash, exchanged, key, bytes))
    throw new Error('the server cannot prove that the key is its own');
  return hostKey;
}

/** The next message of a type; notes in between are passed over. */
async function nextOf(packets: PacketStream, type: number): Promise<Buffer> {
  for (;;) {
    const packet = await packets.next();
    const [found] = packet;
    if (found === type) return packet;
    if (found === message.disconnect) {
      const reader = sshReader(packet.subarray(1));
      reader.uint32();
      throw new Error(`the server disconnected: ${reader.string().toString()}`);
    }
    if (found !== message.ignore && found !== message.debug) {
      throw new Error(
        `the server sent message ${found} in place of ${type}: it may have no algorithm in common`,
      );
    }
  }
}

function kexInit(): Buffer {
  const lists = [
    keyExchanges,
    hostKeyAlgorithms,
    ...Array.from({ length: 2 }, () => [
      'aes128-ctr',
      'aes256-ctr',
      'aes128-gcm@openssh.com',
      'chacha20-poly1305@openssh.com',
    ]),
    ...Array.from({ length: 2 }, () => ['hmac-sha2-256', 'hmac-sha2-256-etm@openssh.com']),
    ...Array.from({ length: 2 }, () => ['none']),
    [],
    [],
  ];
  return Buffer.concat([
    Buffer.of(message.kexInit),
    randomBytes(16),
    ...lists.map((names) => sshString(names.join(','))),
    // No guessed packet follows; four reserved bytes.
    Buffer.alloc(5),
  ]);
}
