import { emitters } from '../formats/formats.ts';
import type { Format } from '../formats/names.ts';
import { decryptValue } from './cipher.ts';
import { type EncryptedDocument, readDocument } from './document.ts';
import { SopsFault } from './fault.ts';
import { type Decrypted, decryptBranches } from './walk.ts';

/** A file in plain. */
export interface Opened {
  readonly text: string;
  /** Values that were encrypted. */
  readonly secrets: readonly string[];
}

/**
 * Decrypts a whole file and checks that it is what was encrypted.
 * @throws SopsFault
 */
export function openFile(text: string, key: Uint8Array, { from, to }: { from: Format; to: Format }): Opened {
  const document = readDocument(text, from);
  const plain = openDocument(document, key);
  return { text: emitters[to](plain.branches), secrets: plain.secrets };
}

/** @throws SopsFault when a value cannot be decrypted or the MAC is another */
export function openDocument({ branches, metadata }: EncryptedDocument, key: Uint8Array): Decrypted {
  const plain = decryptBranches(branches, metadata, key);
  checkMac(metadata, plain.hash, key);
  return plain;
}

function checkMac({ mac, lastModified }: EncryptedDocument['metadata'], hash: string, key: Uint8Array): void {
  if (!mac) throw new SopsFault('mac', 'failed to verify sops data integrity: the file has no MAC');
  let expected: unknown;
  try {
    expected = decryptValue(mac, key, lastModified);
  } catch {
    throw new SopsFault(
      'mac',
      'failed to verify sops data integrity: the MAC cannot be decrypted: it or sops.lastmodified was changed',
    );
  }
  if (expected !== hash) {
    throw new SopsFault(
      'mac',
      'failed to verify sops data integrity: MAC mismatch: values were changed, added, removed or put in another order after it was encrypted',
    );
  }
}
