import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { readDocument } from '../document/document.ts';
import { SopsFault } from '../document/fault.ts';
import { openDocument } from '../document/open.ts';
import { type DataKeys, wrappedKeyOf } from '../keys/wrapped.ts';

/** Checks that resources come from files that nobody changed after they were encrypted. */
export interface Origins {
  /** @throws SopsFault when no file has this MAC, or the one that has it does not match it */
  check(mac: string): void;
}

const macs = /(?:^|[\s,{])"?mac"?:\s*"?(ENC\[[^\]\s"]+\])/g;
const mostBytes = 5 * 2 ** 20;

/**
 * A builder changes what it builds (names, namespaces, labels), so a MAC can be checked only against the file that a resource was in. Values
 * that are encrypted are authenticated on their own, each at its place, so that a builder cannot change those.
 * @param files that the builder read, absolute
 */
export function originsOf(files: readonly string[], keys: DataKeys): Origins {
  let index: Map<string, string[]> | undefined;
  const verified = new Set<string>();
  return {
    check(mac) {
      index ??= indexOf(files);
      const candidates = index.get(mac);
      if (!candidates) {
        throw new SopsFault(
          'mac',
          'failed to verify sops data integrity: none of the files that were built has its MAC',
        );
      }
      for (const file of candidates) {
        if (verified.has(file)) continue;
        const document = readDocument(readText(file) ?? '', file.endsWith('.json') ? 'json' : 'yaml');
        const { [wrappedKeyOf(document.metadata).id]: key } = keys;
        if (!key)
          throw new SopsFault(
            'mac',
            `failed to verify sops data integrity: the file that it comes from has another data key`,
          );
        openDocument(document, key);
        verified.add(file);
      }
    },
  };
}

/** Files by the MACs in them. */
function indexOf(files: readonly string[]): Map<string, string[]> {
  const index = new Map<string, string[]>();
  for (const file of files) {
    const text = readText(file);
    if (!text?.includes('ENC[')) continue;
    for (const [, mac = ''] of text.matchAll(macs)) {
      const known = index.get(mac);
      if (!known) index.set(mac, [file]);
      else if (!known.includes(file)) known.push(file);
    }
  }
  return index;
}

/** Undefined for what is no file, or too large to be an encrypted one. */
function readText(file: string): string | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = fstatSync(fd);
    return stats.isFile() && stats.size <= mostBytes ? readFileSync(fd, 'utf8') : undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
