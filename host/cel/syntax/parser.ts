import type { Call, Entry, Expression, Item } from './ast.ts';
import { literalOf } from './literals.ts';
import { expandMacro } from './macros.ts';
import { SyntaxIssue } from './position.ts';
import { type Token, tokenise } from './tokens.ts';

/** cel-go's own bound of the source, in characters. */
export const maxSourceLength = 100_000;

/** Parentheses, calls and operators inside each other; far from the end of the stack. */
const maxDepth = 250;

const reserved = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);
/** Words that are tokens of their own: not even a field can be selected by that name. */
const keywords = new Set(['in', 'true', 'false', 'null']);

const operandStart =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

const binary: readonly ReadonlySet<string>[] = [
  new Set(['<', '<=', '>=', '>', '==', '!=', 'in']),
  new Set(['+', '-']),
  new Set(['*', '/', '%']),
];

/**
 * Parses an expression and expands its macros.
 * @param isFunction tells the functions whose names have dots, such as `sets.contains`, from methods
 * @throws SyntaxIssue, worded as cel-go's parser does
 */
export function parse(source: string, isFunction: (name: string) => boolean): Expression {
  return new Parser(tokenise(source), isFunction).parse();
}

/** Recursive descent over CEL's grammar; the depth of every left-hand chain is counted too, as evaluation recurses. */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #isFunction: (name: string) => boolean;
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], isFunction: (name: string) => boolean) {
    this.#tokens = tokens;
    this.#isFunction = isFunction;
  }

  parse(): Expression {
    const expression = this.#expression();
    const rest = this.#peek();
    if (rest.kind !== 'end') throw this.#syntax(rest, `extraneous input '${rest.text}' expecting <EOF>`);
    return expression;
  }

  #expression(): Expression {
    return this.#nested(() => {
      const condition = this.#logic('||');
      const question = this.#accept('?');
      if (!question) return condition;
      const yes = this.#logic('||');
      const colon = this.#peek();
      if (!this.#accept(':')) throw this.#syntax(colon, `mismatched input '${colon.text}' expecting ':'`);
      return operator('_?_:_', question.at, [condition, yes, this.#expression()]);
    });
  }

  #logic(symbol: '||' | '&&'): Expression {
    const operand = (): Expression => (symbol === '||' ? this.#logic('&&') : this.#binary(0));
    const first = operand();
    const terms = [first];
    let at = first.at;
    for (let found = this.#accept(symbol); found; found = this.#accept(symbol)) {
      at = found.at;
      terms.push(operand());
    }
    return terms.length === 1 ? first : { kind: 'logic', at, operator: symbol, terms };
  }

  #binary(level: number): Expression {
    const symbols = binary[level];
    if (!symbols) return this.#unary();
    let left = this.#binary(level + 1);
    for (let links = 0; symbols.has(this.#peek().text) && this.#isOperator(); links += 1) {
      const { text, at } = this.#take();
      if (links > maxDepth) throw new SyntaxIssue(at, `expression recursion limit exceeded: ${maxDepth}`);
      left = operator(text === 'in' ? '@in' : `_${text}_`, at, [left, this.#binary(level + 1)]);
    }
    return left;
  }

  #isOperator(): boolean {
    const { kind, text } = this.#peek();
    return kind === 'symbol' || (kind === 'identifier' && text === 'in');
  }

  #unary(): Expression {
    const start = this.#peek();
    for (const symbol of ['!', '-'] as const) {
      let count = 0;
      while (this.#isSymbol(symbol) && !this.#isNegativeLiteral()) {
        this.#take();
        count += 1;
      }
      if (count > 0) {
        const operand = this.#member();
        return count % 2 === 0 ? operand : operator(`${symbol}_`, start.at, [operand]);
      }
    }
    return this.#member();
  }

  #isNegativeLiteral(): boolean {
    const following = this.#tokens[this.#next + 1]?.kind;
    return this.#isSymbol('-') && (following === 'int' || following === 'double');
  }

  #member(): Expression {
    let operand = this.#primary();
    for (let links = 0; ; links += 1) {
      const start = this.#peek();
      if (links > maxDepth)
        throw new SyntaxIssue(start.at, `expression recursion limit exceeded: ${maxDepth}`);
      if (this.#accept('.')) operand = this.#afterDot(operand, start);
      else if (this.#accept('[')) {
        const optional = this.#accept('?') !== undefined;
        const index = this.#expression();
        this.#close(']');
        operand = operator(optional ? '_[?_]' : '_[_]', start.at, [operand, index]);
      } else break;
    }
    const brace = this.#peek();
    if (this.#isSymbol('{') && pathOf(operand))
      throw new SyntaxIssue(brace.at, 'message literals are not available');
    return operand;
  }

  #afterDot(operand: Expression, dot: Token): Expression {
    const optional = this.#accept('?') !== undefined;
    const field = this.#take();
    if (field.kind !== 'identifier' || keywords.has(field.text)) {
      const text = field.kind === 'end' ? '' : field.text;
      throw this.#syntax(field, `no viable alternative at input '.${optional ? '?' : ''}${text}'`);
    }
    const open = optional ? undefined : this.#accept('(');
    if (!open) {
      const form = optional ? 'optional' : 'plain';
      return { kind: 'select', at: dot.at, operand, field: field.text, form };
    }
    const args = this.#arguments();
    const prefix = pathOf(operand);
    const name = `${prefix}.${field.text}`;
    if (prefix && this.#isFunction(name)) return { kind: 'call', at: open.at, name, member: false, args };
    return (
      expandMacro({ name: field.text, at: open.at, target: operand, args }) ?? {
        kind: 'call',
        at: open.at,
        name: field.text,
        member: true,
        args: [operand, ...args],
      }
    );
  }

  #primary(): Expression {
    const minus = this.#isNegativeLiteral() ? this.#take() : undefined;
    const token = this.#take();
    const { kind, text, at } = token;
    if (kind === 'symbol') {
      if (text === '(') return this.#parenthesis();
      if (text === '[') return this.#list(at);
      if (text === '{') return this.#map(at);
      // A leading dot means the outermost name; there is only one level here.
      if (text === '.' && this.#peek().kind === 'identifier') return this.#identifier(this.#take());
    } else if (kind === 'identifier') {
      if (text === 'true' || text === 'false') return { kind: 'literal', at, value: text === 'true' };
      if (text === 'null') return { kind: 'literal', at, value: null };
      if (text !== 'in') return this.#identifier(token);
    } else if (kind !== 'end') {
      return { kind: 'literal', at: minus?.at ?? at, value: literalOf(token, minus !== undefined) };
    }
    throw this.#syntax(token, `mismatched input '${text}' expecting ${operandStart}`);
  }

  #identifier({ text, at }: Token): Expression {
    const open = this.#accept('(');
    if (open) {
      const args = this.#arguments();
      return (
        expandMacro({ name: text, at: open.at, target: undefined, args }) ?? {
          kind: 'call',
          at: open.at,
          name: text,
          member: false,
          args,
        }
      );
    }
    if (reserved.has(text)) throw new SyntaxIssue(at, `reserved identifier: ${text}`);
    return { kind: 'identifier', at, name: text };
  }

  #parenthesis(): Expression {
    const inner = this.#expression();
    this.#close(')');
    return inner;
  }

  #arguments(): Expression[] {
    if (this.#accept(')')) return [];
    const args = [this.#expression()];
    while (this.#accept(',')) args.push(this.#expression());
    this.#close(')');
    return args;
  }

  #list(at: number): Expression {
    const items: Item[] = [];
    while (!this.#isSymbol(']') && this.#peek().kind !== 'end') {
      const optional = this.#accept('?') !== undefined;
      items.push({ optional, value: this.#expression() });
      if (!this.#accept(',')) break;
    }
    this.#close(']');
    return { kind: 'list', at, items };
  }

  #map(at: number): Expression {
    const entries: Entry[] = [];
    while (!this.#isSymbol('}') && this.#peek().kind !== 'end') {
      const optional = this.#accept('?') !== undefined;
      const key = this.#expression();
      const colon = this.#peek();
      if (!this.#accept(':')) throw this.#syntax(colon, `mismatched input '${colon.text}' expecting ':'`);
      entries.push({ optional, key, value: this.#expression() });
      if (!this.#accept(',')) break;
    }
    this.#close('}');
    return { kind: 'map', at, entries };
  }

  #close(symbol: string): void {
    const token = this.#peek();
    if (this.#accept(symbol)) return;
    throw this.#syntax(
      token,
      token.kind === 'end'
        ? `missing '${symbol}' at '<EOF>'`
        : `extraneous input '${token.text}' expecting '${symbol}'`,
    );
  }

  #nested<T>(work: () => T): T {
    this.#depth += 1;
    if (this.#depth > maxDepth) {
      throw new SyntaxIssue(this.#peek().at, `expression recursion limit exceeded: ${maxDepth}`);
    }
    const result = work();
    this.#depth -= 1;
    return result;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '<EOF>', at: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  #isSymbol(text: string): boolean {
    const token = this.#peek();
    return token.kind === 'symbol' && token.text === text;
  }

  #accept(symbol: string): Token | undefined {
    return this.#isSymbol(symbol) ? this.#take() : undefined;
  }

  #syntax({ at }: Token, message: string): SyntaxIssue {
    return new SyntaxIssue(at, `Syntax error: ${message}`);
  }
}

function operator(name: string, at: number, args: readonly Expression[]): Call {
  return { kind: 'call', at, name, member: false, args };
}

/** `a.b.c` of plain selections from a name; undefined for anything else. */
export function pathOf(expression: Expression): string | undefined {
  if (expression.kind === 'identifier') return expression.name;
  if (expression.kind !== 'select' || expression.form !== 'plain') return undefined;
  const prefix = pathOf(expression.operand);
  return prefix && `${prefix}.${expression.field}`;
}
