import { createHash } from 'node:crypto';
import { signatureStarts } from './type.ts';

/** A commit or tag taken apart: what was signed, and the signature; empty when there is none. */
export interface SignedObject {
  readonly payload: Uint8Array;
  readonly signature: string;
}

/** Header of commits that holds the signature; repositories with SHA-256 have the second. */
const signatureHeaders = ['gpgsig ', 'gpgsig-sha256 '];

/** A commit without its signature header, and the signature: its lines are indented by a blank (gitformat-signature). */
export function splitCommit(raw: Uint8Array): SignedObject {
  const text = Buffer.from(raw).toString('latin1');
  const end = text.indexOf('\n\n');
  const head = end === -1 ? text : text.slice(0, end + 1);
  const kept: string[] = [];
  const signature: string[] = [];
  let inSignature = false;
  for (const line of head.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const header = signatureHeaders.find((name) => line.startsWith(name));
    if (header) signature.push(line.slice(header.length));
    else if (inSignature && line.startsWith(' ')) signature.push(line.slice(1));
    else kept.push(line);
    inSignature = header !== undefined || (inSignature && line.startsWith(' '));
  }
  const payload = kept.join('') + text.slice(head.length);
  return { payload: Buffer.from(payload, 'latin1'), signature: signature.join('') };
}

/** A tag up to its signature, which is the end of its message: from the last line that begins one. */
export function splitTag(raw: Uint8Array): SignedObject {
  const text = Buffer.from(raw).toString('latin1');
  let start = text.length;
  for (let line = 0; line < text.length; ) {
    if (signatureStarts(text.slice(line, line + 64))) start = line;
    const next = text.indexOf('\n', line);
    line = next === -1 ? text.length : next + 1;
  }
  return { payload: raw.subarray(0, start), signature: text.slice(start) };
}

/** Name of an object in a repository whose names have as many digits as the given one. */
export function objectName(kind: 'commit' | 'tag', raw: Uint8Array, digits: number): string {
  const hash = createHash(digits === 64 ? 'sha256' : 'sha1');
  return hash.update(`${kind} ${raw.length}\0`).update(raw).digest('hex');
}
