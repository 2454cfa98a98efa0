import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { substitute } from './evaluate.ts';

interface Recorded {
  readonly input: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly strict: boolean;
  readonly output?: string;
  readonly error?: string;
}

const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(new URL('../testdata/envsubst.json', import.meta.url), 'utf8'),
);

function run({ input, vars, strict }: Recorded): Pick<Recorded, 'output' | 'error'> {
  try {
    return { output: substitute(input, (name) => vars[name] ?? (strict ? undefined : '')) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

test('every expression, well-formed or not, gives what Flux’s own library gives', () => {
  assert.ok(recorded.length > 400);
  for (const one of recorded) {
    const { output, error } = one;
    assert.equal(run(one), error === undefined ? { output } : { error }, JSON.stringify(one.input));
  }
});

test('a negative length is an error instead of a crash', () => {
  assert.throws(() => substitute(`\${a:1:-1}`, () => 'abc'), /substring length is negative/);
});

test('a text of many expressions does not exhaust the stack', () => {
  assert.is(substitute(`a\${x}`.repeat(100_000), () => '').length, 100_000);
});

test.run();
