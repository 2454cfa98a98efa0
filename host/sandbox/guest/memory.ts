import { Errno, errno } from './wasi/errno.ts';

/** Bounds-checked access to the linear memory of an instance. */
export interface GuestMemory {
  /** A view that is valid until the plugin runs again (growth detaches it). */
  bytes(pointer: number, length: number): Uint8Array<ArrayBuffer>;
  /** UTF-8 text; @throws Errno EILSEQ, ENAMETOOLONG */
  text(pointer: number, length: number): string;
  view(): DataView<ArrayBuffer>;
  readonly size: number;
}

/** Strings live in the heap of the JavaScript engine, which is small: nothing that a plugin names is longer. */
const longestText = 1 << 20;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Memory that is attached once the instance exists, because its imports have to exist before. */
export function guestMemory(): GuestMemory & { attach(memory: WebAssembly.Memory): void } {
  let memory: WebAssembly.Memory | null = null;
  let view = new DataView(new ArrayBuffer(0));
  const current = () => {
    if (!memory) throw new Errno(errno.EFAULT);
    // Growing replaces the buffer.
    if (view.buffer !== memory.buffer) view = new DataView(memory.buffer);
    return view;
  };
  const bytes = (pointer: number, length: number) => {
    const { buffer } = current();
    const start = pointer >>> 0;
    const size = length >>> 0;
    if (start + size > buffer.byteLength) throw new Errno(errno.EFAULT);
    return new Uint8Array(buffer, start, size);
  };
  return {
    attach: (value) => {
      memory = value;
    },
    view: current,
    bytes,
    text: (pointer, length) => {
      if (length >>> 0 > longestText) throw new Errno(errno.ENAMETOOLONG);
      try {
        return utf8.decode(bytes(pointer, length));
      } catch (error) {
        throw error instanceof Errno ? error : new Errno(errno.EILSEQ);
      }
    },
    get size() {
      return memory?.buffer.byteLength ?? 0;
    },
  };
}
