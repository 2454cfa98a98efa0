import type { HttpSave, HttpSaved } from '@flux-host/sdk/contract/host-functions.ts';
import { createTarReader, type EntrySink, type ReadEntry } from '../../artifacts/tar-reader.ts';
import { isSafeName } from '../../artifacts/unpack.ts';
import type { BodyCheck, Request } from '../protocol.ts';
import type { CallLimits } from '../types.ts';
import { type Bridge, HostError } from './bridge.ts';
import { Errno, errno, errnoOf } from './wasi/errno.ts';
import { isBelow, resolvePath } from './wasi/path.ts';
import type { FileTree } from './wasi/tree.ts';
import { type Descriptor, fileType } from './wasi/types.ts';

/** Where a body is saved. */
export interface SavePlace {
  readonly bridge: Bridge;
  readonly tree: FileTree;
  readonly limits: CallLimits;
}

/** Takes in a body. */
interface Sink {
  push(piece: Buffer): void;
  end(): void;
  /** Gives up a file that was left unfinished. */
  close(): void;
}

const outPoint = '/out';
const newFile = {
  write: true,
  create: true,
  exclusive: false,
  truncate: true,
  directory: false,
  append: false,
};

/** Extended headers are no entries, so raw bytes of an archive count as well. */
const bytesPerEntry = 2048;

/**
 * `flux_http_save`: brings a body piece by piece from the main thread to the disk, through the same tree that the plugin itself writes with, so
 * that names, quotas and links are treated alike.
 * @throws HostError
 */
export function saveBody(handle: number, save: HttpSave, { bridge, tree, limits }: SavePlace): HttpSaved {
  const target = resolvePath('/', save.path);
  if (!isBelow(target, outPoint)) throw refused(`${save.path} is not below ${outPoint}`);
  const check: BodyCheck = {
    gunzip: save.unpack === 'tar+gzip',
    ...(save.digest === undefined ? {} : { digest: save.digest }),
    ...(save.maxBytes === undefined ? {} : { maxBytes: save.maxBytes }),
  };
  bridge.request({ op: 'http-check', handle, check });
  const place = placer(tree);
  const sink = save.unpack ? archiveSink(target, place, limits) : fileSink(target, place);
  try {
    for (;;) {
      const piece = bridge.request({ op: 'http-read', handle });
      if (!(piece instanceof Uint8Array) || piece.length === 0) break;
      sink.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    }
    sink.end();
  } finally {
    sink.close();
  }
  return saved(bridge, { op: 'http-checked', handle });
}

function saved(bridge: Bridge, request: Request): HttpSaved {
  const answer = bridge.request(request);
  if (typeof answer === 'object' && 'digest' in answer) return answer;
  throw new HostError({ code: 'FLUX_E_EGRESS_PROTOCOL', message: 'the body was not checked' });
}

function fileSink(target: string, place: Placer): Sink {
  const file = place.file(target, false);
  return { push: (piece) => file.write(piece), end: () => {}, close: () => file.end() };
}

function archiveSink(target: string, place: Placer, limits: CallLimits): Sink {
  place.folder(target);
  let open: EntrySink | undefined;
  const close = () => {
    open?.end();
    open = undefined;
  };
  const entry = ({ name, type, flag, mode, size }: ReadEntry): EntrySink | undefined => {
    const text = textOf(name);
    // Said in advance, so that nothing of it has to be written to find out.
    if (size > limits.outFileBytes) throw refused(`${text} cannot be written: ${quotaText(errno.EFBIG)}`);
    if (!isSafeName(text)) throw damaged(`it has an entry with the name ${JSON.stringify(text)}`);
    const path = resolvePath(target, text);
    if (type === 'other') throw damaged(`${text} is of the unsupported type ${flag}`);
    if (type === 'directory') place.folder(path);
    if (type === 'symlink') place.skip(path);
    if (type !== 'file') return undefined;
    open = place.file(path, (mode & 0o111) !== 0);
    return { write: open.write, end: close };
  };
  const reader = createTarReader(entry);
  const most = limits.outFileBytes + (limits.outFiles + 64) * bytesPerEntry;
  let raw = 0;
  return {
    push(piece) {
      raw += piece.length;
      if (raw > most) throw failure('FLUX_E_EGRESS_ARCHIVE', quotaText(errno.EFBIG));
      readable(() => reader.push(piece));
    },
    end: () => readable(reader.end),
    close,
  };
}

/** Makes files and folders with guest paths. */
interface Placer {
  folder(path: string): void;
  file(path: string, executable: boolean): EntrySink;
  skip(path: string): void;
}

function placer(tree: FileTree): Placer {
  const folders = new Set<string>([outPoint]);
  const folder = (path: string): void => {
    if (folders.has(path)) return;
    folder(path.slice(0, path.lastIndexOf('/')));
    placed(path, () => {
      try {
        tree.createDirectory(path);
      } catch (error) {
        if (!(error instanceof Errno && error.number === errno.EEXIST)) throw error;
        if (tree.stat(path).type !== fileType.directory) throw new Errno(errno.ENOTDIR);
      }
    });
    folders.add(path);
  };
  return {
    folder,
    skip: (path) => placed(path, () => tree.skip(path)),
    file(path, executable) {
      folder(path.slice(0, path.lastIndexOf('/')));
      const file: Descriptor = placed(path, () => tree.open(path, newFile));
      let open = true;
      return {
        write: (bytes) => void placed(path, () => file.write?.(bytes, null)),
        end() {
          if (!open) return;
          open = false;
          file.close();
          placed(path, () => tree.setExecutable(path, executable));
        },
      };
    },
  };
}

function placed<T>(path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (error instanceof Errno) throw refused(`${path} cannot be written: ${quotaText(error.number)}`);
    // The message of the system's error has the path on the host in it.
    if (errnoOf(error) === null || !(error instanceof Error) || !('code' in error)) throw error;
    throw refused(`${path} cannot be written: ${String(error.code)}`);
  }
}

function readable<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (error instanceof HostError || !(error instanceof Error)) throw error;
    throw damaged(error.message);
  }
}

const texts: Readonly<Record<number, string>> = {
  [errno.EFBIG]: 'there are more bytes in it than this call may write',
  [errno.ENOSPC]: 'there are more files in it than this call may write',
  [errno.EINVAL]: 'its name has characters that are not allowed',
  [errno.ENAMETOOLONG]: 'its name is too long',
  [errno.ENOTDIR]: 'a file is in the place of a folder',
  [errno.EISDIR]: 'a folder is in the place of the file',
};

function quotaText(number: number): string {
  return texts[number] ?? `WASI errno ${number}`;
}

function textOf(name: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(name);
  } catch {
    throw damaged(`it has an entry whose name ${JSON.stringify(name.toString())} is not UTF-8`);
  }
}

const failure = (code: string, message: string) => new HostError({ code, message });
const damaged = (what: string) =>
  failure('FLUX_E_EGRESS_ARCHIVE', `the response cannot be unpacked: ${what}`);
const refused = (what: string) => failure('FLUX_E_EGRESS_FILES', `the response cannot be saved: ${what}`);
