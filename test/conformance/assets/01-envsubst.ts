import { evaluate, type Lookup, substitute } from '@flux-host/host/build/envsubst/evaluate.ts';
import { functionOf } from '@flux-host/host/build/envsubst/functions.ts';
import { parse } from '@flux-host/host/build/envsubst/parse.ts';
import { SubstitutionError, type Template } from '@flux-host/host/build/envsubst/syntax.ts';
import { type AssetRunner, fail, type Outcome, pass, skip } from '../asset.ts';
import { compare } from '../diff.ts';
import { tables } from '../table.ts';

interface ExpandInput {
  readonly input: string;
  readonly params?: Readonly<Record<string, string>>;
}
interface ExpandExpected {
  readonly output?: string;
  readonly wantErr?: { readonly error: string };
}
interface FunctionInput {
  readonly function: string;
  readonly args?: readonly string[];
}

/** Upstream's names of the functions, by the operator that reaches them. */
const operators: Readonly<Record<string, string>> = {
  toLen: '#',
  toLower: ',,',
  toLowerFirst: ',',
  toUpper: '^^',
  toUpperFirst: '^',
  toDefault: ':-',
  toSubstr: ':',
  trimShortestPrefix: '#',
  trimLongestPrefix: '##',
  trimShortestSuffix: '%',
  trimLongestSuffix: '%%',
  replaceFirst: '/',
  replaceAll: '//',
  replacePrefix: '/#',
  replaceSuffix: '/%',
};

function expand({ input, params = {} }: ExpandInput, expected: ExpandExpected, strict: boolean): Outcome {
  const lookup: Lookup = (name) => params[name] ?? (strict ? undefined : '');
  try {
    const output = substitute(input, lookup);
    if (expected.wantErr)
      return fail(`expected the error "${expected.wantErr.error}", got ${JSON.stringify(output)}`);
    return compare(expected.output ?? '', output);
  } catch (error) {
    if (!(error instanceof SubstitutionError)) throw error;
    if (!expected.wantErr)
      return fail(`expected ${JSON.stringify(expected.output)}, got the error "${error.message}"`);
    return error.message.includes(expected.wantErr.error)
      ? pass
      : fail(`expected the error "${expected.wantErr.error}", got "${error.message}"`);
  }
}

function callFunction({ function: name, args = [] }: FunctionInput, expected: string): Outcome {
  const operator = operators[name];
  if (operator === undefined) return skip(`no operator reaches ${name}`);
  const [value = '', ...rest] = args;
  return compare(expected, functionOf(operator)(value, rest));
}

/** The tree in upstream's shape. */
function upstream(node: Template): unknown {
  switch (node.type) {
    case 'text':
      return { Value: node.value };
    case 'sequence':
      return { Nodes: node.nodes.map(upstream) };
    case 'expansion':
      return {
        Param: node.param,
        Name: node.name,
        ...(node.args.length > 0 ? { Args: node.args.map(upstream) } : {}),
      };
  }
}

/** Upstream's tables leave out empty fields in some places only. */
function normal(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(normal);
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([, value]) => value !== '' && value !== null && !(Array.isArray(value) && value.length === 0))
      .map(([key, value]) => [key, normal(value)]),
  );
}

function parseTree(text: string, expected: { Node?: unknown }): Outcome {
  const tree = parse(text);
  evaluate(tree, () => '');
  return compare(normal(expected.Node ?? {}), normal(upstream(tree)));
}

export const runner: AssetRunner = {
  *cases(dir) {
    for (const { file, cases } of tables<never, never>(dir)) {
      for (const { name, input, expected } of cases) {
        const run = () => {
          if (file.startsWith('expand')) return expand(input, expected, file.includes('strict'));
          if (file.startsWith('function')) return callFunction(input, expected);
          if (file.startsWith('parse')) return parseTree((input as { Text: string }).Text, expected);
          return skip(`there is nothing that reads ${file}.json`);
        };
        yield { name: `${file}: ${name}`, run };
      }
    }
  },
};
