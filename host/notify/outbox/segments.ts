import { mkdir, readdir, unlink } from 'node:fs/promises';
import {
  createSegment,
  type Line,
  readSegment,
  type Segment,
  segmentName,
  segmentNumber,
  syncFolder,
} from './segment.ts';

/** The files of a journal: one that is written to, and older ones that hold what is not done with. */
export interface Segments {
  /** Bytes of all files. */
  readonly bytes: number;
  readonly oldest: Segment;
  readonly active: Segment;
  /** Appends to the active file and syncs it. @returns the file that it went to */
  append(text: string): Promise<Segment>;
  /** Goes on in a new file. */
  rotate(): Promise<void>;
  /** Deletes the oldest files as far as nothing in them is needed. */
  clean(): Promise<void>;
  close(): Promise<void>;
}

/** How the files of an earlier process are read. */
export interface Recovery {
  onLine(line: Line, segment: Segment): void;
  onDamage(error: Error): void;
}

/**
 * Reads what is in the folder, which is made when it is not there, and opens a new file.
 * @throws Error when the folder cannot be read or written
 */
export async function openSegments(dir: string, recovery: Recovery): Promise<Segments> {
  const segments = await recover(dir, recovery);
  let active = await createSegment(dir, (segments.at(-1)?.number ?? 0) + 1);
  segments.push(active);
  return {
    get bytes() {
      return segments.reduce((sum, { bytes }) => sum + bytes, 0);
    },
    get oldest() {
      return segments[0] ?? active;
    },
    get active() {
      return active;
    },
    async append(text) {
      const segment = active;
      const bytes = Buffer.from(text);
      await segment.handle?.appendFile(bytes);
      await segment.handle?.datasync();
      segment.bytes += bytes.length;
      return segment;
    },
    async rotate() {
      const full = active;
      active = await createSegment(dir, full.number + 1);
      segments.push(active);
      await full.handle?.close();
    },
    async clean() {
      const before = segments.length;
      for (
        let [oldest] = segments;
        oldest && oldest !== active && oldest.live.size === 0;
        [oldest] = segments
      ) {
        await unlink(oldest.file);
        segments.shift();
      }
      if (segments.length < before) await syncFolder(dir);
    },
    close: async () => active.handle?.close(),
  };
}

async function recover(dir: string, { onLine, onDamage }: Recovery): Promise<Segment[]> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const numbers = (await readdir(dir)).map(segmentNumber).filter((number) => number !== undefined);
  const segments: Segment[] = [];
  for (const number of numbers.sort((a, b) => a - b)) {
    const file = `${dir}/${segmentName(number)}`;
    const { lines, bytes, damaged } = await readSegment(file);
    const segment: Segment = { file, number, bytes, live: new Set() };
    segments.push(segment);
    for (const line of lines) onLine(line, segment);
    // The last line of a process that was killed is torn as a rule; more than that is a bad disk.
    if (damaged > 1) onDamage(new Error(`${damaged} entries of ${file} are damaged and left out`));
  }
  return segments;
}
