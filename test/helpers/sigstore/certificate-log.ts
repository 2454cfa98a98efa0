import * as x509 from '@peculiar/x509';
import type { ServiceKey } from './key.ts';

const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const u24 = (value: number) => Buffer.from([value >> 16, (value >> 8) & 255, value & 255]);

interface LogEntry {
  readonly issuerKeyHash: Buffer;
  /** The certificate to be, without this extension. */
  readonly tbs: Buffer;
  readonly time: Date;
}

/** A certificate log's promise that it has a certificate (RFC 6962), as an extension of that certificate. */
export function sctExtension(log: ServiceKey, { issuerKeyHash, tbs, time }: LogEntry): x509.Extension {
  const timestamp = Buffer.alloc(8);
  timestamp.writeBigUInt64BE(BigInt(time.getTime()));
  const [version, certificateTimestamp, precertEntry, noExtensions] = [
    Buffer.from([0]),
    Buffer.from([0]),
    u16(1),
    u16(0),
  ];
  const signature = log.sign(
    Buffer.concat([
      ...[version, certificateTimestamp, timestamp, precertEntry],
      ...[issuerKeyHash, u24(tbs.length), tbs, noExtensions],
    ]),
  );
  const sha256WithEcdsa = Buffer.from([4, 3]);
  const sct = Buffer.concat([
    ...[version, log.id, timestamp, noExtensions],
    ...[sha256WithEcdsa, u16(signature.length), signature],
  ]);
  const list = Buffer.concat([u16(sct.length + 2), u16(sct.length), sct]);
  const octets = Buffer.concat([Buffer.from([0x04, ...lengthOf(list.length)]), list]);
  return new x509.Extension('1.3.6.1.4.1.11129.2.4.2', false, octets);
}

const lengthOf = (length: number): number[] => (length < 128 ? [length] : [0x81, length]);

/** The part of a certificate that is signed. */
export function tbsOf(der: Buffer): Buffer {
  const start = header(der, 0).content;
  return der.subarray(start, header(der, start).end);
}

/** Where the content of a DER element begins and where the element ends. */
function header(der: Buffer, at: number): { content: number; end: number } {
  const first = der[at + 1] ?? 0;
  if (first < 128) return { content: at + 2, end: at + 2 + first };
  const count = first & 127;
  const content = at + 2 + count;
  return { content, end: content + der.readUIntBE(at + 2, count) };
}
