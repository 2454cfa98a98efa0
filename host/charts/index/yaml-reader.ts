import { type IndexReader, type IndexSink, IrregularIndex } from './types.ts';
import { parseTexts } from './yaml.ts';

/** What is needed of a version. Descriptions and annotations are most of an index, and are not even parsed. */
const wanted = new Set(['name', 'version', 'urls', 'digest', 'created', 'type']);

const keyLine = /^(?:"([^"\\]+)"|'([^']+)'|([^\s"'#&*!|>{}[\],?:@`%-][^\s:#]*)):(?:\s+(.*))?$/;
const emptyValue = /^(\[\s*\]|null|~)?\s*(#.*)?$/;

/** The version that is being read. */
interface Item {
  /** Of its dash. */
  readonly indent: number;
  /** Of its fields; -1 until there is one. */
  fieldIndent: number;
  /** Whether the field that the last line belongs to is wanted. */
  keeps: boolean;
  text: string;
}

/**
 * Reads an index in YAML line by line, in the block style that Helm and other tools write: one version of a chart is in memory at a time. On any doubt it
 * gives up (IrregularIndex), since to guess could mean to fetch the wrong chart.
 */
export function createYamlReader(sink: IndexSink): IndexReader {
  let rest = '';
  let lineNumber = 0;
  let head = '';
  let inEntries = false;
  /** Indentation of the names of charts, and of the dashes below the last one; -1 until there is one. */
  let nameIndent = -1;
  let dashIndent = -1;
  let item: Item | undefined;

  const irregular = () => new IrregularIndex(`line ${lineNumber} is not as Helm writes it`);
  const closeItem = () => {
    if (item) sink.version(parseItem(item.text));
    item = undefined;
  };

  const topLevel = (line: string) => {
    closeItem();
    const isMarker = /^(---|\.\.\.)/.test(line);
    if (isMarker && (line.trim() !== '---' || inEntries || /^\s*[^\s#%]/m.test(head))) throw irregular();
    if (inEntries && /^-(\s|$)/.test(line)) throw irregular();
    inEntries = /^(entries|"entries"|'entries'):\s*(#.*)?$/.test(line);
    if (inEntries && nameIndent >= 0) throw irregular();
    head += inEntries ? 'entries:\n' : `${line}\n`;
  };
  const chartLine = (line: string, indent: number) => {
    closeItem();
    if (nameIndent < 0) nameIndent = indent;
    const found = keyOf(line.slice(indent));
    if (indent !== nameIndent || !found || !emptyValue.test(found.value)) throw irregular();
    dashIndent = -1;
    sink.chart(found.key);
  };
  const dashLine = (line: string, indent: number) => {
    closeItem();
    if (nameIndent < 0 || indent < nameIndent || (dashIndent >= 0 && indent !== dashIndent))
      throw irregular();
    dashIndent = indent;
    item = { indent, fieldIndent: -1, keeps: false, text: '' };
    const first = `${line.slice(0, indent)} ${line.slice(indent + 1)}`;
    if (first.trim() !== '') fieldLine(item, first, indentOf(first));
  };
  const fieldLine = (current: Item, line: string, indent: number) => {
    const isComment = line[indent] === '#' && (current.fieldIndent < 0 || indent <= current.fieldIndent);
    if (isComment) return;
    if (indent < line.length) {
      if (current.fieldIndent < 0) current.fieldIndent = indent;
      if (indent < current.fieldIndent) throw irregular();
      if (indent === current.fieldIndent && !isDash(line, indent)) {
        const key = keyOf(line.slice(indent))?.key;
        if (key === undefined) throw irregular();
        current.keeps = wanted.has(key);
      }
    }
    if (current.keeps) current.text += `${line}\n`;
  };
  const take = (line: string) => {
    lineNumber += 1;
    const indent = indentOf(line);
    const isBlank = indent === line.length || line[indent] === '#';
    if (indent === 0 && !isBlank) topLevel(line);
    else if (!inEntries) head += `${line}\n`;
    else if (item && (indent > item.indent || isBlank)) fieldLine(item, line, indent);
    else if (isBlank) return;
    else if (isDash(line, indent)) dashLine(line, indent);
    else chartLine(line, indent);
  };

  return {
    push(text) {
      const all = rest + text;
      let start = 0;
      for (let end = all.indexOf('\n'); end >= 0; end = all.indexOf('\n', start)) {
        const hasReturn = end > start && all.charCodeAt(end - 1) === 13;
        take(all.slice(start, hasReturn ? end - 1 : end));
        start = end + 1;
      }
      rest = all.slice(start);
    },
    end() {
      if (rest !== '') take(rest);
      closeItem();
      sink.head(head);
    },
  };
}

function parseItem(text: string): unknown {
  try {
    return parseTexts(text);
  } catch {
    throw new IrregularIndex('the fields of a version cannot be read alone');
  }
}

function isDash(line: string, indent: number): boolean {
  return line[indent] === '-' && /^(\s|$)/.test(line.slice(indent + 1, indent + 2));
}

function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === 32) indent += 1;
  return indent;
}

function keyOf(text: string): { key: string; value: string } | undefined {
  const match = keyLine.exec(text);
  const key = match?.[1] ?? match?.[2] ?? match?.[3];
  return key === undefined ? undefined : { key, value: match?.[4] ?? '' };
}
