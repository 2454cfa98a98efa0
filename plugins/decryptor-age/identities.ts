import { PluginError } from '@flux-host/sdk/typescript';
import { decodeBech32 } from './bech32.ts';
import type { Stanza } from './header.ts';
import { hybridIdentity } from './hybrid.ts';
import { x25519Identity } from './x25519.ts';

/** The file key in a stanza; undefined when the stanza is for somebody else. */
export type Unwrap = (stanza: Stanza) => Uint8Array | undefined;

const kinds: Readonly<Record<string, (secret: Uint8Array) => Unwrap>> = {
  'age-secret-key-': x25519Identity,
  'age-secret-key-pq-': hybridIdentity,
};

/**
 * The identities in the text of key files: one on a line, `#` begins a comment.
 * @throws PluginError that names the line and quotes nothing of it
 */
export function readIdentities(text: string): Unwrap[] {
  return text.split(/\r?\n/).flatMap((full, index) => {
    const line = full.trim();
    if (line === '' || line.startsWith('#')) return [];
    const key = decodeBech32(line);
    const make = key && kinds[key.prefix];
    if (make && key.data.length === 32) return [make(key.data)];
    throw new PluginError(`the age keys cannot be read: line ${index + 1} is no AGE-SECRET-KEY-…`, {
      reason: 'BuildFailed',
      hint: 'an entry of the decryption Secret whose name ends in .agekey holds what age-keygen writes',
    });
  });
}
