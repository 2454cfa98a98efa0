import { crc32, deflateRawSync } from 'node:zlib';
import { endOfArchive, padding, tarHeader } from '@flux-host/host/artifacts/tar-header.ts';

/** Names and contents of files. */
export type ArchiveFiles = Readonly<Record<string, string>>;

/** A tar archive. */
export function tarOf(files: ArchiveFiles): Buffer {
  const parts = Object.entries(files).flatMap(([name, text]) => {
    const content = Buffer.from(text);
    const header = tarHeader({ type: 'file', name: Buffer.from(name), mode: 0o644, size: content.length });
    return [header, content, Buffer.alloc(padding(content.length))];
  });
  return Buffer.concat([...parts, endOfArchive()]);
}

/** A ZIP archive; every second file is stored as it is, the others are deflated. */
export function zipOf(files: ArchiveFiles): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [index, [name, text]] of Object.entries(files).entries()) {
    const content = Buffer.from(text);
    const isStored = index % 2 === 1;
    const packed = isStored ? content : deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(isStored ? 0 : 8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const version = Buffer.from([20, 3]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), version, common, place, Buffer.from(name)]));
    bodies.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, entries, end]);
}
