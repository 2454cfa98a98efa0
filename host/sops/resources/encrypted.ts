import { nameOf } from '../../build/render/objects.ts';
import { parseYaml } from '../../build/yaml/parse.ts';
import { type EncryptedDocument, readDocument } from '../document/document.ts';
import { readMetadata } from '../document/metadata.ts';
import { type Branch, branchOf, isBranch, itemAt } from '../document/tree.ts';
import { documentFailed } from '../errors.ts';
import { type Format, formatOfContent, formatOfName } from '../formats/names.ts';
import { branchOfObject, isObject } from './json-tree.ts';

type Json = Readonly<Record<string, unknown>>;

/** A resource that is encrypted as a whole. */
export interface EncryptedResource {
  readonly kind: 'whole';
  readonly object: Json;
  readonly document: EncryptedDocument;
  /** What error messages say of it. */
  readonly where: string;
}

/** A Secret with entries that are encrypted files. */
export interface EncryptedEntries {
  readonly kind: 'entries';
  readonly object: Json;
  readonly entries: readonly EncryptedEntry[];
}

export interface EncryptedEntry {
  readonly name: string;
  readonly from: Format;
  readonly to: Format;
  readonly text: string;
  readonly document: EncryptedDocument;
  readonly where: string;
}

const optOut = 'kustomize.toolkit.fluxcd.io/decrypt';
/** Only documents with one of these are worth parsing. */
const mayBeEncrypted = /^"?(?:sops"?:|kind"?: *"?Secret)|^ *\{/m;

/**
 * What is encrypted in a document that was built; undefined when nothing is, or its annotation says that it is to stay so.
 * @throws FluxError when it says that it is encrypted and cannot be read
 */
export function encryptedIn(text: string): EncryptedResource | EncryptedEntries | undefined {
  if (!mayBeEncrypted.test(text)) return undefined;
  const object = parsed(text);
  if (!isObject(object) || isLeftAlone(object)) return undefined;
  if (isWhole(object)) return wholeOf(object);
  return object['kind'] === 'Secret' ? entriesOf(object) : undefined;
}

/** What is no YAML is reported where it is parsed anyway. */
function parsed(text: string): unknown {
  try {
    return parseYaml(text);
  } catch {
    return undefined;
  }
}

function isLeftAlone({ metadata }: Json): boolean {
  const annotations = isObject(metadata) ? metadata['annotations'] : undefined;
  const value = isObject(annotations) ? annotations[optOut] : undefined;
  return typeof value === 'string' && value.toLowerCase() === 'disabled';
}

function isWhole({ sops }: Json): boolean {
  return isObject(sops) && typeof sops['mac'] === 'string' && sops['mac'] !== '';
}

function wholeOf(object: Json): EncryptedResource {
  const where = `decryption failed for '${nameIn(object)}': failed to decrypt and format '${pathOf(object)}' ${object['kind']} data`;
  return failingAs(where, () => {
    const tree = branchOfObject(object);
    const section = itemAt(tree, 'sops');
    const metadata = readMetadata(section && isBranch(section) ? section : branchOf([]));
    return { kind: 'whole', object, where, document: { branches: [withoutSection(tree)], metadata } };
  });
}

function withoutSection({ items }: Branch): Branch {
  return branchOf(items.filter(({ key }) => key !== 'sops'));
}

function entriesOf(object: Json): EncryptedEntries | undefined {
  const data = isObject(object['data']) ? object['data'] : {};
  const entries = Object.entries(data).flatMap(([name, value]): EncryptedEntry[] => {
    const text = typeof value === 'string' ? decoded(value) : undefined;
    const from = text === undefined ? undefined : formatOfContent(text);
    if (text === undefined || !from) return [];
    const where = `decryption failed for '${nameIn(object)}': failed to decrypt and format '${pathOf(object)}' Secret field '${name}'`;
    return [
      failingAs(where, () => ({
        name,
        from,
        to: formatOfName(name),
        text,
        where,
        document: readDocument(text, from),
      })),
    ];
  });
  return entries.length > 0 ? { kind: 'entries', object, entries } : undefined;
}

function decoded(base64: string): string | undefined {
  const text = base64.replace(/[\r\n]/g, '');
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64').toString('utf8');
}

export function failingAs<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw documentFailed(where, error);
  }
}

function metadataOf(object: Json): Json {
  return isObject(object['metadata']) ? object['metadata'] : {};
}

const nameIn = (object: Json): string => String(metadataOf(object)['name'] ?? nameOf(object) ?? '');
const pathOf = (object: Json): string => `${metadataOf(object)['namespace'] ?? ''}/${nameIn(object)}`;
