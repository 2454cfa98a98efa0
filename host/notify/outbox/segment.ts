import { type FileHandle, open, readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** What a line of the journal says: keep this, or it is done with. */
export type Line =
  | { readonly type: 'add'; readonly id: string; readonly payload: string }
  | { readonly type: 'remove'; readonly id: string };

/** `<crc32> +<id> <payload>` or `<crc32> -<id>`; ids have no spaces, payloads no line breaks. */
export function formatLine(line: Line): string {
  const body = line.type === 'add' ? `+${line.id} ${line.payload}` : `-${line.id}`;
  return `${checksum(body)} ${body}\n`;
}

function parseLine(text: string): Line | undefined {
  const body = text.slice(9);
  if (text[8] !== ' ' || checksum(body) !== text.slice(0, 8)) return undefined;
  if (body.startsWith('-')) return { type: 'remove', id: body.slice(1) };
  const space = body.indexOf(' ');
  return { type: 'add', id: body.slice(1, space), payload: body.slice(space + 1) };
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}

/** The lines of a segment, and how many are damaged: the last one when the process was killed, others when the disk is bad. */
export async function readSegment(file: string): Promise<{ lines: Line[]; damaged: number; bytes: number }> {
  const content = await readFile(file);
  const texts = content.toString('utf8').split('\n');
  const torn = texts.pop() === '' ? 0 : 1;
  const lines = texts.map(parseLine);
  const good = lines.filter((line) => line !== undefined);
  return { lines: good, damaged: torn + lines.length - good.length, bytes: content.length };
}

/** One file of the journal. */
export interface Segment {
  readonly file: string;
  readonly number: number;
  bytes: number;
  /** Entries in it that are not done with. */
  readonly live: Set<string>;
  /** Of the segment that is written to. */
  readonly handle?: FileHandle;
}

/** Opens a new segment for writing, and makes sure that the folder knows it. */
export async function createSegment(dir: string, number: number): Promise<Segment> {
  const file = `${dir}/${segmentName(number)}`;
  const handle = await open(file, 'ax', 0o600);
  await syncFolder(dir);
  return { file, number, bytes: 0, live: new Set(), handle };
}

/** So that a file that was made or deleted still is, or is not, after a power cut. */
export async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export const segmentName = (number: number): string => `${String(number).padStart(10, '0')}.log`;

/** The number in a segment's name; undefined for other files. */
export function segmentNumber(name: string): number | undefined {
  const match = /^(\d{10})\.log$/.exec(name);
  return match ? Number(match[1]) : undefined;
}
