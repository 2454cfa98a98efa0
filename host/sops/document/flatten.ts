import { SopsFault } from './fault.ts';
import { type Branch, branchOf, isComment, type Value } from './tree.ts';

interface Node {
  value?: Value;
  readonly keys: Map<string, Node>;
  readonly places: Map<number, Node>;
}

const newNode = (): Node => ({ keys: new Map(), places: new Map() });

/**
 * The tree that was written as flat names: `age__list_0__map_enc` is `age[0].enc`.
 * @throws SopsFault when names contradict each other
 */
export function unflatten({ items }: Branch): Branch {
  const root = newNode();
  for (const { key, value } of items) {
    if (!isComment(key)) place(root, key, value);
  }
  const tree = treeOf(root, '');
  if (typeof tree === 'object' && tree !== null && 'kind' in tree && tree.kind === 'branch') return tree;
  throw new SopsFault('metadata', 'the sops entries are no mapping');
}

const mostPlaces = 1000;

function place(root: Node, name: string, value: Value): void {
  let node = root;
  // Names and separators take turns, a name first.
  const parts = name.split(/(__map_|__list_)/);
  for (let at = 0; at < parts.length; at += 2) {
    const part = parts[at] ?? '';
    node = parts[at - 1] === '__list_' ? below(node.places, indexOf(part, name)) : below(node.keys, part);
  }
  if (node.value !== undefined) throw new SopsFault('metadata', `the sops entry ${name} comes twice`);
  node.value = value;
}

function indexOf(part: string, name: string): number {
  const index = Number(part);
  if (/^\d+$/.test(part) && index < mostPlaces) return index;
  throw new SopsFault('metadata', `the sops entry ${name} has no place in its list`);
}

function below<Key>(nodes: Map<Key, Node>, key: Key): Node {
  const known = nodes.get(key);
  if (known) return known;
  const added = newNode();
  nodes.set(key, added);
  return added;
}

function treeOf({ value, keys, places }: Node, name: string): Value {
  const forms = [value !== undefined, keys.size > 0, places.size > 0].filter(Boolean);
  if (forms.length > 1)
    throw new SopsFault('metadata', `the sops entry ${name} has both a value and others below it`);
  if (value !== undefined) return value;
  if (places.size > 0) {
    return Array.from({ length: places.size }, (_, index) => {
      const node = places.get(index);
      if (!node) throw new SopsFault('metadata', `the list of the sops entry ${name} is incomplete`);
      return treeOf(node, `${name}[${index}]`);
    });
  }
  const names = [...keys.keys()].sort();
  return branchOf(names.map((key) => ({ key, value: treeOf(keys.get(key) ?? newNode(), key) })));
}
