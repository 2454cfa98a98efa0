import { createHash } from 'node:crypto';
import { decryptValue } from './cipher.ts';
import { SopsFault } from './fault.ts';
import type { Metadata } from './metadata.ts';
import { type Place, ruleTest } from './rules.ts';
import { macText } from './text.ts';
import {
  type Branch,
  branchOf,
  type Comment,
  commentOf,
  type Item,
  isBranch,
  isComment,
  isList,
  type Scalar,
  type Value,
} from './tree.ts';

/** `sha256("sops")`: what the hash starts with when it covers encrypted values only. */
const onlyEncryptedStart = Buffer.from(
  '8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69',
  'hex',
);

const deepest = 500;

/** A document in plain, and the hash over its values as SOPS makes it for the MAC. */
export interface Decrypted {
  readonly branches: readonly Branch[];
  /** SHA-512 in upper-case hex. */
  readonly hash: string;
  /** Values that were encrypted, for those who have to keep them out of texts. */
  readonly secrets: readonly string[];
}

/**
 * Decrypts every value that the rule of the metadata says is encrypted.
 * @throws SopsFault when a value cannot be decrypted
 */
export function decryptBranches(
  branches: readonly Branch[],
  metadata: Pick<Metadata, 'rule' | 'macOnlyEncrypted'>,
  key: Uint8Array,
): Decrypted {
  const isEncrypted = ruleTest(metadata.rule);
  const hash = createHash('sha512');
  const secrets: string[] = [];
  if (metadata.macOnlyEncrypted) hash.update(onlyEncryptedStart);

  const leaf = (value: Scalar | Comment, place: Place): Scalar | Comment => {
    const encrypted = isEncrypted(place);
    const plain = encrypted ? decrypted(value, key, place.path) : value;
    // Comments are not part of the MAC, wherever they come from.
    if (!isComment(plain) && (encrypted || !metadata.macOnlyEncrypted)) hash.update(macText(plain));
    if (encrypted && !isComment(plain) && typeof plain !== 'boolean') secrets.push(macText(plain));
    return plain;
  };

  const walkValue = (value: Value, path: readonly string[], comments: readonly string[][]): Value => {
    if (path.length + comments.length > deepest) throw new SopsFault('format', 'it is nested too deeply');
    if (value === null) return null;
    if (isBranch(value)) return walkBranch(value, path, comments);
    if (isList(value)) return walkList(value, path, comments);
    return leaf(value, { path, comments, isComment: isComment(value) });
  };

  const walkList = (list: readonly Value[], path: readonly string[], above: readonly string[][]): Value[] => {
    const active: string[] = [];
    const comments = [...above, active];
    return list.map((value) => {
      if (isComment(value)) active.push(value.text);
      const plain = walkValue(value, path, comments);
      if (!isComment(value)) active.length = 0;
      return plain;
    });
  };

  const walkBranch = (branch: Branch, path: readonly string[], above: readonly string[][]): Branch => {
    const active: string[] = [];
    const comments = [...above, active];
    const items = branch.items.map(({ key, value }): Item => {
      if (isComment(key)) {
        active.push(key.text);
        const plain = leaf(key, { path, comments, isComment: true });
        return { key: isComment(plain) ? plain : commentOf(macText(plain), key.inline), value: null };
      }
      if (isComment(value)) active.push(value.text);
      const plain = walkValue(value, [...path, key], comments);
      if (!isComment(value)) active.length = 0;
      return { key, value: plain };
    });
    return branchOf(items);
  };

  const plain = branches.map((branch) => walkBranch(branch, [], []));
  return { branches: plain, hash: hash.digest('hex').toUpperCase(), secrets };
}

/** Where a value stands is authenticated together with it. */
export const placeText = (path: readonly string[]): string => `${path.join(':')}:`;

function decrypted(value: Scalar | Comment, key: Uint8Array, path: readonly string[]): Scalar | Comment {
  if (isComment(value)) {
    try {
      return decryptValue(value.text, key, placeText(path));
    } catch {
      // Files of old versions have comments that were never encrypted.
      return value;
    }
  }
  if (typeof value === 'string') return at(path, () => decryptValue(value, key, placeText(path)));
  throw new SopsFault('value', `the value at ${nameOf(path)} should be encrypted and is not`);
}

function at<T>(path: readonly string[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SopsFault)) throw error;
    throw new SopsFault(error.kind, `the value at ${nameOf(path)}: ${error.message}`);
  }
}

/** Keys are not secret in SOPS. */
function nameOf(path: readonly string[]): string {
  const name = path.join('.');
  return name.length > 200 ? `${name.slice(0, 200)}…` : name;
}
