import { decodeBase64, decodeUtf8, PluginError } from '@flux-host/sdk/typescript';

/** One recipient of an age file. */
export interface Stanza {
  readonly type: string;
  readonly arguments: readonly string[];
  readonly body: Uint8Array;
}

export interface Header {
  readonly stanzas: readonly Stanza[];
  /** What the header's MAC covers. */
  readonly covered: Uint8Array;
  readonly mac: Uint8Array;
  readonly payload: Uint8Array;
}

const version = 'age-encryption.org/v1';
const mostStanzas = 1000;
const columns = 64;

/**
 * Takes an age file apart (age-encryption.org/v1).
 * @throws PluginError when it is none
 */
export function readHeader(file: Uint8Array): Header {
  let at = 0;
  const line = (): string => {
    const end = file.indexOf(10, at);
    if (end < 0) throw malformed();
    const text = decodeUtf8(file.subarray(at, end));
    at = end + 1;
    return text;
  };
  if (line() !== version) throw malformed();
  const stanzas: Stanza[] = [];
  for (;;) {
    const start = at;
    const text = line();
    if (text.startsWith('--- ')) {
      const covered = file.subarray(0, start + 3);
      return { stanzas, covered, mac: unpadded(text.slice(4)), payload: file.subarray(at) };
    }
    const [arrow, type, ...parts] = text.split(' ');
    if (arrow !== '->' || !type || stanzas.length >= mostStanzas) throw malformed();
    let body = '';
    for (let next = line(); ; next = line()) {
      if (next.length > columns) throw malformed();
      body += next;
      if (next.length < columns) break;
    }
    stanzas.push({ type, arguments: parts, body: unpadded(body) });
  }
}

/** base64 without padding, as age writes it. */
export function unpadded(text: string): Uint8Array {
  try {
    if (!text.includes('=')) return decodeBase64(text);
  } catch {
    // Said below.
  }
  throw malformed();
}

const malformed = () => new PluginError('the wrapped data key is no age file');
