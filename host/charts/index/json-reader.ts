import { type IndexReader, type IndexSink, IrregularIndex } from './types.ts';

const [quote, backslash, comma, colon] = [34, 92, 44, 58];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];

/** A container that is open, and the last key in it. */
interface Level {
  readonly isList: boolean;
  key: string;
  /** The next string is a key. */
  expectsKey: boolean;
}

/**
 * Reads an index in JSON, as Flux stores it, piece by piece: one version of a chart is in memory at a time. It looks at strings and brackets only; what lies between
 * is checked where it is used.
 */
export function createJsonReader(sink: IndexSink): IndexReader {
  const levels: Level[] = [];
  let apiVersion: unknown;
  let inString = false;
  let isEscaped = false;
  let isOver = false;
  /** What is being collected, a key or a value: the text of earlier pieces, and where it goes on in this one. */
  let kept: { text: string; readonly use: (text: string) => void } | undefined;
  let from = 0;

  const keep = (at: number, use: (text: string) => void) => {
    kept = { text: '', use };
    from = at;
  };
  const done = (text: string, end: number) => {
    if (!kept) return;
    const all = kept.text + text.slice(from, end);
    const { use } = kept;
    kept = undefined;
    use(all);
  };
  const open = (isList: boolean, at: number) => {
    if (isOver || (levels.length === 0 && isList)) throw irregular();
    levels.push({ isList, key: '', expectsKey: !isList });
    const [, entries, chart] = levels;
    const isVersion = levels.length === 4 && levels[0]?.key === 'entries' && entries && chart?.isList;
    if (isVersion && !isList) keep(at, (text) => sink.version(parse(text)));
  };
  const close = (isList: boolean, text: string, at: number) => {
    const level = levels.pop();
    if (level?.isList !== isList) throw irregular();
    if (levels.length === 3) done(text, at + 1);
    isOver = levels.length === 0;
  };
  const beginString = (at: number) => {
    inString = true;
    const level = levels.at(-1);
    if (!level) throw irregular();
    if (kept || levels.length > 2) return;
    if (level.expectsKey) keep(at, (text) => nameKey(level, text));
    else if (levels.length === 1 && level.key === 'apiVersion') {
      keep(at, (text) => {
        apiVersion = parse(text);
      });
    }
  };
  const nameKey = (level: Level, text: string) => {
    level.key = String(parse(text));
    if (levels.length === 2 && levels[0]?.key === 'entries' && !level.isList) sink.chart(level.key);
  };
  const endString = (text: string, at: number) => {
    inString = false;
    if (levels.length <= 2) done(text, at + 1);
  };
  const take = (code: number, text: string, at: number) => {
    const level = levels.at(-1);
    if (code === quote) beginString(at);
    else if (code === openBrace || code === openBracket) open(code === openBracket, at);
    else if (code === closeBrace || code === closeBracket) close(code === closeBracket, text, at);
    else if (code === comma && level) level.expectsKey = !level.isList;
    else if (code === colon && level) level.expectsKey = false;
    // Between these JSON has blanks, and as values numbers, true, false and null.
    else if (code > 32 && (!level || level.expectsKey || !isLiteral(code))) throw irregular();
  };

  return {
    push(text) {
      from = 0;
      for (let at = 0; at < text.length; at++) {
        const code = text.charCodeAt(at);
        if (!inString) take(code, text, at);
        else if (isEscaped) isEscaped = false;
        else if (code === backslash) isEscaped = true;
        else if (code === quote) endString(text, at);
      }
      if (kept) kept.text += text.slice(from);
    },
    end() {
      if (!isOver || apiVersion === undefined) throw irregular();
      sink.head(JSON.stringify({ apiVersion }));
    },
  };
}

const irregular = () => new IrregularIndex('it is not the JSON of an index');

/** A letter or digit, or one of `+-.`. */
function isLiteral(code: number): boolean {
  const lower = code | 32;
  return (lower >= 97 && lower <= 122) || (code >= 48 && code <= 57) || [43, 45, 46].includes(code);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw irregular();
  }
}
