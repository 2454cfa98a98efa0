import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { flux } from '../testing/flux.ts';

function envsubst(input: string, env: Record<string, string> = {}, ...flags: string[]) {
  return flux(['envsubst', ...flags], { input, env });
}

test('variables of the environment are put in, line by line, and every line ends', async () => {
  const { code, out, err } = await envsubst(`a: \${A}\r\nb: \${B:=default}\n\nc: $\${A} $A`, { A: 'x' });
  assert.is(out, `a: x\nb: default\n\nc: \${A} $A\n`);
  assert.is(err, '');
  assert.is(code, 0);
});

test('a variable that is not set is empty, and with --strict an error with its line', async () => {
  assert.is((await envsubst(`a: \${A}.`)).out, 'a: .\n');
  const { code, out, err } = await envsubst(`first\na: \${A}\nlast`, {}, '--strict');
  assert.is(out, 'first\n');
  assert.match(err, /^✗ variable not set \(strict mode\): "A" in line 2 \(hint: export the variable/);
  assert.is(code, 1);
});

test('an expression that cannot be understood is an error', async () => {
  const { code, err } = await envsubst(`a: \${A`);
  assert.match(err, /^✗ .* in line 1 \(hint: /);
  assert.is(code, 1);
});

test('a line may be as long as it likes, and letters may come in pieces', async () => {
  const long = 'ä'.repeat(200_000);
  assert.is((await envsubst(`${long}\${A}`, { A: 'ö' })).out, `${long}ö\n`);
});

test('arguments are refused', async () => {
  const { code, err } = await envsubst('', {}, 'file.yaml');
  assert.match(err, /✗ unknown command "file\.yaml" for "flux envsubst"/);
  assert.is(code, 1);
});

test.run();
