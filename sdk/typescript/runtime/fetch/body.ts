import type { HttpSave, HttpSaved } from '../../../contract/host-functions.ts';
import { native } from '../native.ts';

const piece = 256 * 1024;

/** A body that is still with the host, or here already. */
export interface Body {
  /** The next piece; empty at the end. */
  next(): Uint8Array<ArrayBuffer>;
  /** Brings what is left into the memory, so that the host can let go of the exchange. */
  load(): void;
  close(): void;
  /** Has the host write it to a file; undefined for a body that is here already. */
  save?(request: HttpSave): HttpSaved;
}

export function bodyOf(bytes: Uint8Array<ArrayBuffer>): Body {
  let left = bytes;
  const next = () => {
    const given = left;
    left = new Uint8Array(0);
    return given;
  };
  return { next, load() {}, close: () => void next() };
}

/** The host keeps so many exchanges open for a call at most; a few fewer, for those of other libraries. */
const mostOpen = 48;
const open = new Set<Body>();

/** The body of a response. Only so many stay with the host: of more, the oldest are brought here. */
export function remoteBody(handle: number): Body {
  let loaded: Body | null = null;
  const read = () => native.httpRead(handle, piece);
  const close = () => {
    if (open.delete(body)) native.httpClose(handle);
  };
  const body: Body = {
    next() {
      if (loaded) return loaded.next();
      if (!open.has(body)) return new Uint8Array(0);
      const bytes = read();
      if (bytes.length === 0) close();
      return bytes;
    },
    load() {
      if (!loaded && open.has(body)) loaded = bodyOf(joined(body));
    },
    close() {
      loaded?.close();
      close();
    },
    save(request) {
      if (loaded || !open.has(body))
        throw new TypeError('the body of the response is no longer with the host');
      try {
        return JSON.parse(native.httpSave(handle, JSON.stringify(request)));
      } finally {
        close();
      }
    },
  };
  open.add(body);
  if (open.size > mostOpen) for (const oldest of [...open].slice(0, 1)) oldest.load();
  return body;
}

/** The host closes what is open at the end of a call. */
export function forgetBodies(): void {
  open.clear();
}

/** All that is left of a body. */
export function joined(body: Body): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let part = body.next(); part.length > 0; part = body.next()) parts.push(part);
  if (parts.length === 1 && parts[0]) return parts[0];
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
