import { type Scanner, scan } from './scanner.ts';
import { type Expansion, syntaxError, type Template, type TokenAccept } from './syntax.ts';

const isWord = (character: string) => /^[\p{L}\p{Nd}_]$/u.test(character);
const notClosing: TokenAccept = (character) => character !== '}';

/**
 * Parses a text with `${…}` expressions. The grammar is that of Flux's fork of drone/envsubst with its corners: `$$` is an
 * escaped `$`, `$name` without braces is text, and what bash knows but it does not (`${a-b}`) is an error.
 * @throws SubstitutionError
 */
export function parse(text: string): Template {
  const scanner = scan(text);
  const nodes: Template[] = [];
  while (scanner.peek() !== '') {
    if (scanner.take(`\${`)) nodes.push(expansion(scanner));
    else nodes.push({ type: 'text', value: plainText(scanner) });
  }
  return (
    nodes.reduceRight<Template | undefined>(
      (rest, node) => (rest ? { type: 'sequence', nodes: [node, rest] } : node),
      undefined,
    ) ?? { type: 'text', value: '' }
  );
}

function plainText(scanner: Scanner): string {
  return scanner.token({ accept: () => true, escapes: 'dollar', stopAtOpening: true });
}

/** What follows `${`, up to and with its `}`. */
function expansion(scanner: Scanner): Expansion {
  if (scanner.take('#')) {
    const param = scanner.token({ accept: isWord });
    if (!param) throw syntaxError.badSubstitution();
    return close(scanner, { type: 'expansion', param, name: '#', args: [] });
  }
  const param = scanner.token({ accept: isWord });
  if (!param) throw syntaxError.variableName();
  switch (scanner.peek()) {
    case ':':
      return colon(scanner, param);
    case '=':
      scanner.take('=');
      return defaultValue(scanner, param, '=');
    case ',':
    case '^':
      return close(scanner, {
        type: 'expansion',
        param,
        name: scanner.token({ accept: (c, index) => (c === ',' || c === '^') && index < 2 }),
        args: [],
      });
    case '/':
      return replacement(scanner, param);
    case '#':
    case '%': {
      const operator = scanner.peek();
      const name = scanner.token({ accept: (c, index) => c === operator && index < 2 });
      const args = [argument(scanner, notClosing)];
      return close(scanner, { type: 'expansion', param, name, args });
    }
    default:
      if (!scanner.take('}')) throw syntaxError.missingBrace();
      return { type: 'expansion', param, name: '', args: [] };
  }
}

/** `:-default` and its relatives, or `:offset` and `:offset:length`. */
function colon(scanner: Scanner, param: string): Expansion {
  scanner.take(':');
  const next = scanner.peek();
  if (['=', '-', '?', '+'].includes(next)) {
    scanner.take(next);
    return defaultValue(scanner, param, `:${next}`);
  }
  if (next === '' || next > '\u007f') throw syntaxError.badSubstitution();
  const offset = argument(scanner, (character) => character !== ':' && character !== '}');
  if (scanner.take('}')) return { type: 'expansion', param, name: ':', args: [offset] };
  if (!scanner.token({ accept: (character) => character === ':' })) throw syntaxError.badSubstitution();
  const length = argument(scanner, notClosing);
  return close(scanner, { type: 'expansion', param, name: ':', args: [offset, length] });
}

/** A default may be pieced together from text and expansions. */
function defaultValue(scanner: Scanner, param: string, name: string): Expansion {
  const args: Template[] = [];
  while (!scanner.take('}')) args.push(argument(scanner, notClosing));
  return { type: 'expansion', param, name, args };
}

function replacement(scanner: Scanner, param: string): Expansion {
  const name = scanner.token({
    accept: (c, index) => (index === 0 ? c === '/' : index === 1 && ['/', '#', '%'].includes(c)),
  });
  const args = [argument(scanner, (character) => character !== '/', 'all')];
  if (!scanner.token({ accept: (character) => character === '/' })) throw syntaxError.badSubstitution();
  if (scanner.peek() !== '}') args.push(argument(scanner, notClosing, 'all'));
  return close(scanner, { type: 'expansion', param, name, args });
}

function argument(scanner: Scanner, accept: TokenAccept, escapes: 'none' | 'all' = 'none'): Template {
  if (scanner.take(`\${`)) return expansion(scanner);
  const value = scanner.token({ accept, escapes, stopAtOpening: true });
  if (!value) throw syntaxError.withinFunction();
  return { type: 'text', value };
}

function close(scanner: Scanner, node: Expansion): Expansion {
  if (!scanner.take('}')) throw syntaxError.badSubstitution();
  return node;
}
