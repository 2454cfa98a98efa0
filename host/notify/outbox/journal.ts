import { Buffered } from './buffered.ts';
import { formatLine, type Segment } from './segment.ts';
import { openSegments, type Segments } from './segments.ts';

export interface JournalOptions {
  /** Undefined: nothing is kept beyond this process. */
  readonly dir?: string | undefined;
  /** Largest file, in bytes. Default 4 MiB. */
  readonly segmentBytes?: number;
  /** Old files are cleaned up once all together are larger than half of this. Default 64 MiB. */
  readonly maxBytes?: number;
  /** The disk does not do what it should; entries are kept in memory meanwhile. */
  onError(error: unknown): void;
}

/** Entries that outlive the process, by id. */
export interface Journal {
  /** Entries that are kept, in the order in which they were added. */
  readonly entries: ReadonlyMap<string, string>;
  /** Bytes of the payloads of `entries`. */
  readonly size: number;
  /**
   * Keeps an entry; one of the same id is replaced. The payload is one line.
   * @returns resolves once neither a kill nor a power cut can undo it, or the disk has failed
   */
  add(id: string, payload: string): Promise<void>;
  /** Forgets an entry. The disk learns of it soon: after a kill it may be there again. */
  remove(id: string): void;
  /** Writes what is left. */
  close(): Promise<void>;
}

/**
 * An append-only journal in segments. One sync is under way at a time and covers all that came before it (group commit), so that it does not
 * take one for each entry. Segments are deleted oldest first, because the removal of an entry stands behind it; what is needed of an old one is
 * copied when space gets scarce. After a failure of the disk it goes on in a new segment, with all that is not on the disk.
 * @throws Error when the folder cannot be read or written
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { dir, segmentBytes = 4 * 2 ** 20, maxBytes = 64 * 2 ** 20, onError } = options;
  const entries = new Map<string, string>();
  /** Where the entries are that are on the disk. */
  const places = new Map<string, Segment>();
  let size = 0;
  let failed = false;

  const place = (id: string, segment: Segment | undefined): void => {
    places.get(id)?.live.delete(id);
    segment?.live.add(id);
    if (segment) places.set(id, segment);
    else places.delete(id);
  };
  const drop = (id: string): boolean => {
    size -= Buffer.byteLength(entries.get(id) ?? '');
    place(id, undefined);
    return entries.delete(id);
  };
  const set = (id: string, payload: string): void => {
    drop(id);
    entries.set(id, payload);
    size += Buffer.byteLength(payload);
  };

  const segments: Segments | undefined = dir
    ? await openSegments(dir, {
        onLine(line, segment) {
          if (line.type === 'remove') return void drop(line.id);
          set(line.id, line.payload);
          place(line.id, segment);
        },
        onDamage: onError,
      })
    : undefined;

  const copies = (ids: Iterable<string>): { text: string; ids: string[] } => {
    const chosen = [...ids].filter((id) => entries.has(id));
    const lines = chosen.map((id) => formatLine({ type: 'add', id, payload: entries.get(id) ?? '' }));
    return { text: lines.join(''), ids: chosen };
  };

  const append = async (files: Segments, { text, ids }: { text: string; ids: readonly string[] }) => {
    const segment = await files.append(text);
    for (const id of ids) if (entries.has(id)) place(id, segment);
    if (segment.bytes >= segmentBytes) await files.rotate();
    await files.clean();
  };

  const write = async (text: string, ids: readonly string[]): Promise<void> => {
    if (!segments) return;
    if (failed) {
      // The last line may be torn: nothing may be written behind it.
      await segments.rotate();
      failed = false;
      await append(segments, copies([...entries.keys()].filter((id) => !places.has(id))));
    }
    await append(segments, { text, ids });
    // Were more than half of the files needed, copying them would gain little and never end.
    while (
      segments.bytes > maxBytes / 2 &&
      size < segments.bytes / 2 &&
      segments.oldest !== segments.active
    ) {
      await append(segments, copies(segments.oldest.live));
    }
  };
  const buffer = new Buffered(write, (error) => {
    failed = true;
    onError(error);
  });

  return {
    entries,
    get size() {
      return size;
    },
    add(id, payload) {
      set(id, payload);
      return buffer.push(formatLine({ type: 'add', id, payload }), id);
    },
    remove(id) {
      if (drop(id)) buffer.pushLater(formatLine({ type: 'remove', id }));
    },
    async close() {
      await buffer.close();
      await segments?.close();
    },
  };
}
