/**
 * Writes tar headers. Not the `tar` package's `Pack`: it takes times, owners and prefixes from the file system and adds
 * extended headers of its own, while an artifact's bytes must depend on nothing but names, modes and contents.
 */
const BLOCK = 512;
const NAME = 100;
const PREFIX = 155;
const MAX_OCTAL_SIZE = 8 ** 11 - 1;

export interface TarEntry {
  /** The name's bytes, `/` between folders: names need not be UTF-8. */
  readonly name: Buffer;
  readonly mode: number;
  /** Bytes of content; 0 for a folder. */
  readonly size: number;
  readonly type: 'file' | 'directory';
}

/** Zero bytes after a content of the given size. */
export const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** Two empty blocks end an archive. */
export const endOfArchive = (): Buffer => Buffer.alloc(2 * BLOCK);

/**
 * A ustar header with zero times and owners. Names that do not fit into it, or are not ASCII (readers guess their
 * encoding), and sizes from 8 GiB get a pax header in front; nothing else does.
 */
export function tarHeader(entry: TarEntry): Buffer {
  const fields: [string, Buffer][] = [];
  const split = isAscii(entry.name) ? splitName(entry.name) : undefined;
  if (!split) fields.push(['path', entry.name]);
  if (entry.size > MAX_OCTAL_SIZE) fields.push(['size', Buffer.from(String(entry.size))]);
  const type = entry.type === 'file' ? '0' : '5';
  const name = split ?? { name: placeholder(entry.name), prefix: Buffer.alloc(0) };
  const size = Math.min(entry.size, MAX_OCTAL_SIZE);
  const header = ustar({ ...name, mode: entry.mode, size, type });
  if (fields.length === 0) return header;
  const records = Buffer.concat(fields.map(([key, value]) => paxRecord(key, value)));
  const pax = ustar({
    name: Buffer.from('PaxHeaders.0/entry'),
    prefix: Buffer.alloc(0),
    mode: 0,
    size: records.length,
    type: 'x',
  });
  return Buffer.concat([pax, records, Buffer.alloc(padding(records.length)), header]);
}

const isAscii = (bytes: Buffer): boolean => bytes.every((byte) => byte < 0x80);

/** What readers without pax see: the name's end, in ASCII. */
const placeholder = (name: Buffer): Buffer =>
  Buffer.from(name.subarray(-NAME).map((byte) => (byte < 0x80 ? byte : 0x5f)));

/** Splits a name at a slash into ustar's prefix and name; nothing when that is impossible. */
function splitName(name: Buffer): { name: Buffer; prefix: Buffer } | undefined {
  if (name.length <= NAME) return { name, prefix: Buffer.alloc(0) };
  const slash = name.lastIndexOf('/', PREFIX);
  if (slash <= 0 || name.length - slash - 1 > NAME || slash === name.length - 1) return undefined;
  return { name: name.subarray(slash + 1), prefix: name.subarray(0, slash) };
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function paxRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length + String(rest.length).length;
  length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

interface UstarFields {
  readonly name: Buffer;
  readonly prefix: Buffer;
  readonly mode: number;
  readonly size: number;
  readonly type: string;
}

function ustar({ name, prefix, mode, size, type }: UstarFields): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, digits: number): void => {
    block.write(value.toString(8).padStart(digits, '0'), offset, 'latin1');
  };
  block.set(name, 0);
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  block.fill(' ', 148, 156);
  block.write(type, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  octal(0, 329, 7);
  octal(0, 337, 7);
  block.set(prefix, 345);
  let sum = 0;
  for (const byte of block) sum += byte;
  octal(sum, 148, 6);
  block[154] = 0;
  return block;
}
