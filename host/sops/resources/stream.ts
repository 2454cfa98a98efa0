import { documents } from '../../build/render/documents.ts';
import { openFile } from '../document/open.ts';
import { isBranch, itemAt } from '../document/tree.ts';
import { decryptBranches } from '../document/walk.ts';
import { emitYaml } from '../formats/yaml/emit.ts';
import { type DataKeys, keyFor, type WrappedDataKey, wrappedKeyOf } from '../keys/wrapped.ts';
import { type EncryptedEntries, type EncryptedResource, encryptedIn, failingAs } from './encrypted.ts';
import { branchOfObject, isObject, withoutComments } from './json-tree.ts';
import { type Origins, originsOf } from './origins.ts';

/** The data keys that the resources of a stream need, each once. @throws FluxError that names the resource */
export function keysOfStream(stream: string): WrappedDataKey[] {
  const found = new Map<string, WrappedDataKey>();
  for (const text of documents(stream)) {
    const encrypted = encryptedIn(text);
    const all = !encrypted ? [] : encrypted.kind === 'whole' ? [encrypted] : encrypted.entries;
    for (const { document } of all) {
      const wrapped = wrappedKeyOf(document.metadata);
      found.set(wrapped.id, wrapped);
    }
  }
  return [...found.values()];
}

/** A stream whose resources are in plain. */
export interface OpenedStream {
  readonly stream: string;
  readonly secrets: readonly string[];
}

/**
 * Decrypts every resource of a YAML stream. Those that are not encrypted stay as they are, letter by letter.
 * @param files that the stream was built from, absolute
 * @throws FluxError that names the resource
 */
export function openStream(stream: string, keys: DataKeys, files: readonly string[]): OpenedStream {
  const origins = originsOf(files, keys);
  const secrets = new Set<string>();
  const texts: string[] = [];
  for (const text of documents(stream)) {
    const encrypted = encryptedIn(text);
    if (!encrypted) {
      texts.push(text.endsWith('\n') ? text : `${text}\n`);
      continue;
    }
    const opened =
      encrypted.kind === 'whole' ? openWhole(encrypted, keys, origins) : openEntries(encrypted, keys);
    for (const secret of opened.secrets) secrets.add(secret);
    texts.push(opened.stream);
  }
  return { stream: texts.join('---\n'), secrets: [...secrets] };
}

function openWhole(
  { object, document, where }: EncryptedResource,
  keys: DataKeys,
  origins: Origins,
): OpenedStream {
  return failingAs(where, () => {
    const { metadata, branches } = document;
    const plain = decryptBranches(branches, metadata, keyFor(keys, metadata));
    origins.check(macOf(object));
    const [branch] = plain.branches.map(withoutComments);
    return { stream: branch && isBranch(branch) ? emitYaml([branch]) : '', secrets: plain.secrets };
  });
}

/** As it stands in the file: the metadata has it trimmed of nothing. */
function macOf({ sops }: Readonly<Record<string, unknown>>): string {
  const mac = isObject(sops) ? itemAt(branchOfObject(sops), 'mac') : undefined;
  return typeof mac === 'string' ? mac : '';
}

function openEntries({ object, entries }: EncryptedEntries, keys: DataKeys): OpenedStream {
  const data = { ...(isObject(object['data']) ? object['data'] : {}) };
  const secrets: string[] = [];
  for (const { name, from, to, text, where, document } of entries) {
    const opened = failingAs(where, () => openFile(text, keyFor(keys, document.metadata), { from, to }));
    data[name] = Buffer.from(opened.text).toString('base64');
    secrets.push(...opened.secrets);
  }
  return { stream: emitYaml([branchOfObject({ ...object, data })]), secrets };
}
