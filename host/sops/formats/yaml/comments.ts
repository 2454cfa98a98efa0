import { Lexer } from 'yaml';
import { type Comment, commentOf } from '../../document/tree.ts';

interface Found {
  readonly offset: number;
  readonly column: number;
  readonly text: string;
  /** Something else stands before it on its line. */
  readonly isInline: boolean;
}

/** The comments of a stream, handed out in order to those who they belong to. */
export interface Comments {
  /** Those on lines of their own before an offset; with `column` only up to the first that begins further left. */
  above(offset: number, column?: number): Comment[];
  /** The one at the end of the line that an offset is in. */
  behind(offset: number): Comment | undefined;
}

/** @param text without comments there is nothing to look for */
export function commentsOf(text: string): Comments {
  const queue = text.includes('#') ? found(text) : [];
  const take = (at: number): Comment[] => {
    const [comment] = queue.splice(at, 1);
    // An empty one is not kept by SOPS either.
    return comment && comment.text !== '' ? [commentOf(comment.text, comment.isInline)] : [];
  };
  return {
    above(offset, column = 0) {
      const comments: Comment[] = [];
      for (let next = queue[0]; next && next.offset < offset && next.column >= column; next = queue[0]) {
        comments.push(...take(0).map(({ text: own }) => commentOf(own)));
      }
      return comments;
    },
    behind(offset) {
      const end = text.indexOf('\n', offset);
      const at = queue.findIndex(
        (comment) => comment.isInline && comment.offset >= offset && (end < 0 || comment.offset < end),
      );
      return at < 0 ? undefined : take(at)[0];
    },
  };
}

function found(text: string): Found[] {
  const comments: Found[] = [];
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    // Marks of the lexer itself.
    if (token === '\u0002' || token === '\u0018' || token === '\u001f') continue;
    if (token.startsWith('#') && isAfterSpace(text, offset)) {
      const start = text.lastIndexOf('\n', offset - 1) + 1;
      const isInline = text.slice(start, offset).trim() !== '';
      comments.push({ offset, column: offset - start, text: token.slice(1).trimEnd(), isInline });
    }
    offset += token.length;
  }
  return comments;
}

const isAfterSpace = (text: string, offset: number) => offset === 0 || /\s/.test(text[offset - 1] ?? '');
