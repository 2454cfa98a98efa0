import { type Descriptor, fileType } from './types.ts';

const pieceSize = 65_536;

/** Standard input: always at its end. */
export function emptyInput(): Descriptor {
  return { type: fileType.character, flags: 0, read: () => 0, stat: character, close() {} };
}

/** Standard output or error: lines go to `line`. A line that does not end is cut at 8 KiB. */
export function lineOutput(line: (text: string) => void): Descriptor & { flush(): void } {
  let rest = '';
  const decoder = new TextDecoder();
  const flush = () => {
    if (rest !== '') line(rest);
    rest = '';
  };
  return {
    type: fileType.character,
    flags: 0,
    write(from) {
      // In pieces: a text as large as a plugin's memory would not fit into the heap of the engine.
      for (let at = 0; at < from.length; at += pieceSize) {
        const piece = from.subarray(at, at + pieceSize);
        const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const text of lines) line(text);
        if (rest.length > 8192) flush();
      }
      return from.length;
    },
    stat: character,
    flush,
    close() {},
  };
}

function character() {
  return { type: fileType.character, inode: 0n, size: 0n };
}
