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
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw faultAt(text, error.pos[0], error.code.toLowerCase().replaceAll('_', ' '));
    return new Reading(text, document).branch();
  });
}

function faultAt(text: string, offset: number, why: string): SopsFault {
  return new SopsFault('format', `it is no YAML: line ${text.slice(0, offset).split('\n').length}: ${why}`);
}

type Node = ParsedNode | ScalarNode | YAMLMap | YAMLSeq | Alias;

class Reading {
  readonly #text: string;
  readonly #document: Document.Parsed;
  #nodes = 0;
  #depth = 0;

  constructor(text: string, document: Document.Parsed) {
    this.#text = text;
    this.#document = document;
  }

  branch(): Branch {
    const { contents, commentBefore, comment } = this.#document;
    return branchOf([...keyComments(commentBefore), ...this.#rootItems(contents), ...keyComments(comment)]);
  }

  #rootItems(contents: Node | null): Item[] {
    if (contents === null) return [];
    if (isMap(contents)) return this.#collectionItems(contents);
    if (isScalar(contents) && this.#scalar(contents) === null) return keyComments(contents.comment);
    if (isAlias(contents)) throw new SopsFault('format', 'a YAML document cannot be an alias');
    const what = isSeq(contents) ? 'sequences' : 'values';
    throw new SopsFault('format', `YAML documents that are ${what} are not supported`);
  }

  #collectionItems(map: YAMLMap): Item[] {
    return [
      ...keyComments(map.commentBefore),
      ...map.items.flatMap((pair) => this.#pairItems(pair)),
      ...keyComments(map.comment),
    ];
  }

  #pairItems({ key, value }: Pair): Item[] {
    const before = isNode(key) ? [...keyComments(key.commentBefore), ...keyComments(key.comment)] : [];
    const name = this.#key(key);
    if (!isNode(value)) return [...before, { key: name, value: null }];
    if (isCollection(value)) return [...before, { key: name, value: this.#value(value) }];
    const { inline, after } = this.#valueComments(value);
    return [
      ...before,
      ...keyComments(value.commentBefore),
      ...inline.map((comment): Item => ({ key: comment, value: null })),
      { key: name, value: this.#value(value) },
      ...after.map((comment): Item => ({ key: comment, value: null })),
    ];
  }

  #key(key: unknown): string {
    if (isAlias(key)) return this.#key(key.resolve(this.#document));
    const value = isScalar(key) ? this.#scalar(key) : undefined;
    if (typeof value === 'string') return value;
    throw new SopsFault('format', 'Tree contains a non-string key. Only string keys are supported');
  }

  #value(node: unknown): Value {
    this.#nodes += 1;
    if (this.#nodes > mostNodes) throw new SopsFault('format', 'its aliases stand for too much');
    if (this.#depth > deepest) throw new SopsFault('format', 'it is nested too deeply');
    this.#depth += 1;
    try {
      if (isMap(node)) return branchOf(this.#collectionItems(node));
      if (isSeq(node)) return this.#list(node);
      if (isAlias(node)) return this.#value(node.resolve(this.#document));
      return isScalar(node) ? this.#scalar(node) : null;
    } finally {
      this.#depth -= 1;
    }
  }

  #list(list: YAMLSeq): Value[] {
    const items = list.items.flatMap((item): Value[] => {
      if (!isNode(item)) return [null];
      if (isCollection(item)) return [this.#value(item)];
      const { inline, after } = this.#valueComments(item);
      return [...commentsIn(item.commentBefore), ...inline, this.#value(item), ...after];
    });
    return [...commentsIn(list.commentBefore), ...items, ...commentsIn(list.comment)];
  }

  /** The comment that begins on the line of a value, and the lines below it. */
  #valueComments(node: ScalarNode | Alias): { inline: Comment[]; after: Comment[] } {
    const [first, ...others] = (node.comment ?? '').split('\n');
    const end = node.range?.[1] ?? 0;
    const rest = this.#text.slice(end, node.range?.[2] ?? end);
    const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
    const onLine = isBlock || /^[ \t]*#/.test(rest);
    if (!onLine) return { inline: [], after: commentsIn(node.comment) };
    return { inline: commentsIn(first, true), after: commentsIn(others.join('\n')) };
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

function commentsIn(text: string | null | undefined, inline = false): Comment[] {
  const lines = (text ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line) => commentOf(line, inline));
}

const keyComments = (text: string | null | undefined): Item[] =>
  commentsIn(text).map((comment) => ({ key: comment, value: null }));
