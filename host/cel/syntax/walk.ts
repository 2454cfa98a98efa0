import type { Expression } from './ast.ts';

/** The expressions directly inside one. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'identifier':
      return [];
    case 'select':
      return [expression.operand];
    case 'call':
      return expression.args;
    case 'list':
      return expression.items.map(({ value }) => value);
    case 'map':
      return expression.entries.flatMap(({ key, value }) => [key, value]);
    case 'logic':
      return expression.terms;
    case 'loop': {
      const { range, condition, body } = expression;
      return condition ? [range, condition, body] : [range, body];
    }
    case 'bind':
      return [expression.target, expression.body];
  }
}

/** Every expression inside one, itself included, with how deep it is; without recursion, as depth is what is measured. */
export function* walk(root: Expression): Generator<{ expression: Expression; depth: number }> {
  const open = [{ expression: root, depth: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    yield next;
    const depth = next.depth + 1;
    for (const expression of childrenOf(next.expression)) open.push({ expression, depth });
  }
}
