import { loaders } from '../formats/formats.ts';
import type { Format } from '../formats/names.ts';
import { SopsFault } from './fault.ts';
import { unflatten } from './flatten.ts';
import { type Metadata, readMetadata } from './metadata.ts';
import { type Branch, branchOf, type Item, isBranch } from './tree.ts';

/** An encrypted file, taken apart. */
export interface EncryptedDocument {
  /** One for each document of a YAML stream, without the `sops` section. */
  readonly branches: readonly Branch[];
  readonly metadata: Metadata;
}

/**
 * Reads an encrypted file.
 * @throws SopsFault when it is not of its format or carries no metadata
 */
export function readDocument(text: string, format: Format): EncryptedDocument {
  const branches = loaders[format](text);
  const { rest, section } = format === 'dotenv' ? takePrefixed(branches) : takeSection(branches);
  if (!section) throw new SopsFault('metadata', 'sops metadata not found');
  return {
    branches: rest,
    metadata: readMetadata(format === 'ini' ? unflatten(unescaped(section)) : section),
  };
}

interface Taken {
  readonly rest: readonly Branch[];
  readonly section: Branch | undefined;
}

/** The section of the first document counts; those of the others are copies. */
function takeSection(branches: readonly Branch[]): Taken {
  let section: Branch | undefined;
  const rest = branches.map(({ items }, index) => {
    const found = items.filter(({ key }) => key === 'sops');
    if (index === 0) {
      const [first, second] = found;
      if (second) throw new SopsFault('metadata', 'Found duplicate sops entry');
      if (first && !isBranch(first.value))
        throw new SopsFault('metadata', 'Found sops entry that is not a mapping');
      if (first && isBranch(first.value)) section = first.value;
    }
    return branchOf(items.filter(({ key }) => key !== 'sops'));
  });
  return { rest, section };
}

const prefix = 'sops_';

/** dotenv has no sections: names start with `sops_`. */
function takePrefixed([branch = branchOf([])]: readonly Branch[]): Taken {
  const own: Item[] = [];
  const rest: Item[] = [];
  for (const item of branch.items) {
    if (typeof item.key === 'string' && item.key.startsWith(prefix)) {
      own.push({ ...item, key: item.key.slice(prefix.length) });
    } else rest.push(item);
  }
  return { rest: [branchOf(rest)], section: own.length > 0 ? unflatten(branchOf(own)) : undefined };
}

/** INI values have no line feeds: SOPS writes `\n`. */
function unescaped({ items }: Branch): Branch {
  return branchOf(
    items.map((item) =>
      typeof item.value === 'string' ? { ...item, value: item.value.replaceAll('\\n', '\n') } : item,
    ),
  );
}
