/**
 * Reads tar archives as they come in: ustar, GNU long names, pax. Not the `tar` package's parser: it decodes extended headers
 * piece by piece, so a long name that is not ASCII can arrive damaged, and it gives names only as text.
 */
const BLOCK = 512;
/** Extended headers beyond this are an attack on memory. */
const MAX_META = 1 << 20;

export interface ReadEntry {
  /** The name's bytes. */
  readonly name: Buffer;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  /** The type's character in the archive, for messages. */
  readonly flag: string;
  readonly size: number;
  readonly mode: number;
}

/** Takes an entry's content. */
export interface EntrySink {
  write(bytes: Buffer): void;
  end(): void;
}

export interface TarReader {
  /** @throws Error when the archive is damaged, and whatever `onEntry` and its sinks throw */
  push(chunk: Buffer): void;
  /** @throws Error when the archive is cut off */
  end(): void;
}

/** Overrides for the next entry, from extended headers. */
interface Extended {
  name?: Buffer;
  size?: number;
}

/** `onEntry` sees every file, folder and link; without a sink the content is skipped. */
export function createTarReader(onEntry: (entry: ReadEntry) => EntrySink | undefined): TarReader {
  let rest: Buffer = Buffer.alloc(0);
  let extended: Extended = {};
  let sink: EntrySink | undefined;
  let remaining = 0;
  let pad = 0;
  let emptyBlocks = 0;
  let done = false;

  const header = (block: Buffer): void => {
    if (block.every((byte) => byte === 0)) {
      done = ++emptyBlocks === 2;
      return;
    }
    emptyBlocks = 0;
    checkSum(block);
    const flag = String.fromCharCode(block[156]!);
    const size = flag === '1' || flag === '2' || flag === '5' ? 0 : (extended.size ?? number(block, 124, 12));
    remaining = size;
    pad = (BLOCK - (size % BLOCK)) % BLOCK;
    if ('xgLK'.includes(flag)) {
      sink = metaSink(flag, size, (more) => {
        extended = { ...extended, ...more };
      });
    } else {
      const name = extended.name ?? headerName(block);
      extended = {};
      sink = onEntry({ name, flag, size, type: entryType(flag, name), mode: number(block, 100, 8) & 0o777 });
    }
    if (remaining === 0) finish();
  };
  const finish = (): void => {
    sink?.end();
    sink = undefined;
  };

  return {
    push(chunk) {
      let data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      while (!done && data.length > 0) {
        if (remaining > 0) {
          const part = data.subarray(0, remaining);
          remaining -= part.length;
          data = data.subarray(part.length);
          sink?.write(part);
          if (remaining === 0) finish();
        } else if (pad > 0) {
          const skipped = Math.min(pad, data.length);
          pad -= skipped;
          data = data.subarray(skipped);
        } else if (data.length < BLOCK) break;
        else {
          header(data.subarray(0, BLOCK));
          data = data.subarray(BLOCK);
        }
      }
      // A copy, because the chunk may be reused by whoever pushed it.
      rest = done ? Buffer.alloc(0) : Buffer.from(data);
    },
    end() {
      if (!done && (remaining > 0 || rest.length > 0))
        throw new Error('tar error: unexpected end of archive');
    },
  };
}

function metaSink(flag: string, size: number, found: (more: Extended) => void): EntrySink {
  if (size > MAX_META) throw new Error(`tar error: extended header of ${size} bytes is too large`);
  const parts: Buffer[] = [];
  return {
    write: (bytes) => void parts.push(Buffer.from(bytes)),
    end: () => {
      const content = Buffer.concat(parts);
      if (flag === 'x') found(parsePax(content));
      else if (flag === 'L') found({ name: untilZero(content) });
    },
  };
}

function entryType(flag: string, name: Buffer): ReadEntry['type'] {
  if (flag === '5') return 'directory';
  if (flag === '2') return 'symlink';
  if (flag !== '0' && flag !== '\0' && flag !== '7') return 'other';
  return name.at(-1) === 0x2f ? 'directory' : 'file';
}

function headerName(block: Buffer): Buffer {
  const name = untilZero(block.subarray(0, 100));
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? untilZero(block.subarray(345, 500)) : Buffer.alloc(0);
  return prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : Buffer.from(name);
}

function untilZero(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** Octal text, or a big-endian number when the first bit is set (GNU, for large values). */
function number(block: Buffer, offset: number, length: number): number {
  const field = block.subarray(offset, offset + length);
  if (field[0] === 0x80) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    if (Number.isSafeInteger(value)) return value;
  }
  const text = untilZero(field).toString('latin1').trim();
  if (!/^[0-7]*$/.test(text)) throw new Error('tar error: invalid tar header');
  return text === '' ? 0 : Number.parseInt(text, 8);
}

function checkSum(block: Buffer): void {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += block[i]!;
  if (sum !== number(block, 148, 8)) throw new Error('tar error: invalid tar header');
}

function parsePax(content: Buffer): Extended {
  const found: Extended = {};
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(' ', at);
    const length = Number(content.toString('latin1', at, space));
    const equals = content.indexOf('=', space);
    const end = at + length;
    if (
      space < 0 ||
      equals < 0 ||
      !Number.isInteger(length) ||
      length < 5 ||
      end > content.length ||
      equals > end
    )
      throw new Error('tar error: invalid extended header');
    const key = content.toString('latin1', space + 1, equals);
    const value = content.subarray(equals + 1, end - 1);
    if (key === 'path') found.name = value;
    if (key === 'size') found.size = paxSize(value.toString('latin1'));
    at = end;
  }
  return found;
}

function paxSize(text: string): number {
  const size = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(size)) throw new Error('tar error: invalid size');
  return size;
}
