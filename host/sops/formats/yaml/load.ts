import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  parseAllDocuments,
  type Scalar as ScalarNode,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { SopsFault } from '../../document/fault.ts';
import {
  type Branch,
  branchOf,
  type Comment,
  commentOf,
  type Item,
  type Value,
} from '../../document/tree.ts';
import { type Comments, commentsOf } from './comments.ts';
import { resolvePlain } from './resolve.ts';

/** What aliases may expand to. */
const mostNodes = 500_000;
const deepest = 200;

/**
 * Reads a YAML stream, one branch for each document. Comments become items where SOPS puts them; aliases are replaced by what they stand for.
 * @throws SopsFault that says the line and quotes nothing
 */
export function loadYaml(text: string): Branch[] {
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    keepSourceTokens: true,
    uniqueKeys: true,
    logLevel: 'silent',
    prettyErrors: false,
  });
  if (!Array.isArray(documents)) return [];
  const comments = commentsOf(text);
  return documents.map((document, index) => {
    const [error] = document.errors;
    if (error) throw faultAt(text, error.pos[0], error.code.toLowerCase().replaceAll('_', ' '));
    const end = documents[index + 1]?.range[0] ?? text.length + 1;
    return new Reading(text, document, comments).branch(end);
  });
}

function faultAt(text: string, offset: number, why: string): SopsFault {
  return new SopsFault('format', `it is no YAML: line ${text.slice(0, offset).split('\n').length}: ${why}`);
}

type Node = ParsedNode | ScalarNode | YAMLMap | YAMLSeq | Alias;

/** What a collection or value needs to know to find its comments. */
interface Bounds {
  /** Where the next thing outside of it begins. */
  readonly end: number;
}

class Reading {
  readonly #text: string;
  readonly #document: Document.Parsed;
  readonly #comments: Comments;
  #nodes = 0;
  #depth = 0;
  /** Inside of what an alias stands for: the comments there were taken where it is. */
  #isAliased = false;

  constructor(text: string, document: Document.Parsed, comments: Comments) {
    this.#text = text;
    this.#document = document;
    this.#comments = comments;
  }

  /** @param end where the next document begins */
  branch(end: number): Branch {
    const { contents } = this.#document;
    const items = this.#rootItems(contents, { end });
    return branchOf([...items, ...asItems(this.#above(end))]);
  }

  #rootItems(contents: Node | null, bounds: Bounds): Item[] {
    if (contents === null) return [];
    if (isMap(contents)) return this.#pairs(contents, bounds);
    if (isScalar(contents) && this.#scalar(contents) === null) return [];
    if (isAlias(contents)) throw new SopsFault('format', 'a YAML document cannot be an alias');
    const what = isSeq(contents) ? 'sequences' : 'values';
    throw new SopsFault('format', `YAML documents that are ${what} are not supported`);
  }

  #pairs(map: YAMLMap, { end }: Bounds): Item[] {
    const { items } = map;
    const starts = items.map(({ key }) => startOf(key));
    const inner = map.flow ? endOf(map) : end;
    const pairs = items.flatMap((pair, index) => this.#pair(pair, { end: starts[index + 1] ?? inner }));
    return [...pairs, ...asItems(this.#above(inner, map.flow ? 0 : this.#column(starts[0])))];
  }

  #pair({ key, value }: Pair, bounds: Bounds): Item[] {
    const before = asItems(this.#above(startOf(key)));
    const name = this.#key(key);
    const behind = this.#behind(isCollection(value) && !value.flow ? endOf(key) : valueLine(value, key));
    if (isCollection(value)) {
      const above = behind ? asItems([commentOf(behind.text)]) : [];
      return [...before, ...above, { key: name, value: this.#value(value, bounds) }];
    }
    return [...before, ...asItems(behind ? [behind] : []), { key: name, value: this.#value(value, bounds) }];
  }

  #list(list: YAMLSeq, { end }: Bounds): Value[] {
    const { items } = list;
    const starts = items.map(startOf);
    const inner = list.flow ? endOf(list) : end;
    const values = items.flatMap((item, index): Value[] => {
      const own = { end: starts[index + 1] ?? inner };
      const above = this.#above(startOf(item));
      if (isCollection(item)) return [...above, this.#value(item, own)];
      const behind = this.#behind(valueLine(item, item));
      return [...above, ...(behind ? [behind] : []), this.#value(item, own)];
    });
    // The dash stands two columns before the first item, at least.
    const column = Math.max(0, this.#column(starts[0]) - 2);
    return [...values, ...this.#above(inner, list.flow ? 0 : column)];
  }

  #above(offset: number, column?: number): Comment[] {
    return this.#isAliased ? [] : this.#comments.above(offset, column);
  }

  #behind(offset: number): Comment | undefined {
    return this.#isAliased ? undefined : this.#comments.behind(offset);
  }

  #column(offset = 0): number {
    return offset - (this.#text.lastIndexOf('\n', offset - 1) + 1);
  }

  #key(key: unknown): string {
    if (isAlias(key)) return this.#key(key.resolve(this.#document));
    const value = isScalar(key) ? this.#scalar(key) : undefined;
    if (typeof value === 'string') return value;
    throw new SopsFault('format', 'Tree contains a non-string key. Only string keys are supported');
  }

  #value(node: unknown, bounds: Bounds): Value {
    this.#nodes += 1;
    if (this.#nodes > mostNodes) throw new SopsFault('format', 'its aliases stand for too much');
    if (this.#depth > deepest) throw new SopsFault('format', 'it is nested too deeply');
    this.#depth += 1;
    try {
      if (isMap(node)) return branchOf(this.#pairs(node, bounds));
      if (isSeq(node)) return this.#list(node, bounds);
      if (isAlias(node)) return this.#aliased(node, bounds);
      return isScalar(node) ? this.#scalar(node) : null;
    } finally {
      this.#depth -= 1;
    }
  }

  #aliased(node: Alias, bounds: Bounds): Value {
    const before = this.#isAliased;
    this.#isAliased = true;
    try {
      return this.#value(node.resolve(this.#document), bounds);
    } finally {
      this.#isAliased = before;
    }
  }

  #scalar(node: ScalarNode): Exclude<Value, Branch | readonly Value[]> {
    const { source, type, tag, value } = node;
    const text = typeof value === 'string' ? value : (source ?? '');
    switch (tag) {
      case undefined:
        return type === 'PLAIN' ? resolvePlain(text) : text;
      case 'tag:yaml.org,2002:str':
      case '!':
        return text;
      case 'tag:yaml.org,2002:binary':
        return Buffer.from(text, 'base64').toString('utf8');
      default:
        return tag.startsWith('tag:yaml.org,2002:') ? resolvePlain(text) : text;
    }
  }
}

function isNode(value: unknown): value is ScalarNode | YAMLMap | YAMLSeq | Alias {
  return isScalar(value) || isCollection(value) || isAlias(value);
}

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);
const endOf = (node: unknown): number => (isNode(node) ? (node.range?.[1] ?? 0) : 0);

/** An offset in the line that a value's comment is in: of a block scalar that is the one with the indicator. */
function valueLine(value: unknown, key: unknown): number {
  if (isScalar(value) && (value.type === 'BLOCK_LITERAL' || value.type === 'BLOCK_FOLDED'))
    return startOf(value);
  return isNode(value) ? endOf(value) : endOf(key);
}

const asItems = (comments: readonly Comment[]): Item[] =>
  comments.map((comment) => ({ key: comment, value: null }));
