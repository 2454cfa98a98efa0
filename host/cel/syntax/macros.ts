import type { Expression, LoopForm } from './ast.ts';
import { SyntaxIssue } from './position.ts';

interface MacroCall {
  readonly name: string;
  readonly at: number;
  readonly target: Expression | undefined;
  readonly args: readonly Expression[];
}

const loops: Readonly<Record<string, LoopForm>> = {
  all: 'all',
  exists: 'exists',
  exists_one: 'exists_one',
  map: 'map',
  filter: 'filter',
};

/** What a macro stands for; undefined when the call is no macro. @throws SyntaxIssue for a wrong argument */
export function expandMacro({ name, at, target, args }: MacroCall): Expression | undefined {
  const [first, second, third] = args;
  if (!first) return undefined;
  if (!target) return name === 'has' && args.length === 1 ? expandHas(first, at) : undefined;
  if (!second) return undefined;
  if (args.length === 2 && (name === 'optMap' || name === 'optFlatMap')) {
    const variable = variableOf(first, `${name}() variable name must be a simple identifier`);
    return { kind: 'bind', at, flat: name === 'optFlatMap', target, variable, body: second };
  }
  const form = Object.hasOwn(loops, name) ? loops[name] : undefined;
  if (!form || args.length > (form === 'map' ? 3 : 2)) return undefined;
  const variable = variableOf(first, 'argument is not an identifier');
  return third
    ? { kind: 'loop', at, form, range: target, variable, condition: second, body: third }
    : { kind: 'loop', at, form, range: target, variable, body: second };
}

function expandHas(argument: Expression, at: number): Expression {
  if (argument.kind === 'select' && argument.form === 'plain') return { ...argument, at, form: 'test' };
  throw new SyntaxIssue(argument.at, 'invalid argument to has() macro');
}

function variableOf(argument: Expression, message: string): string {
  if (argument.kind === 'identifier') return argument.name;
  throw new SyntaxIssue(argument.at, message);
}
