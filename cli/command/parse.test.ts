import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from './parse.ts';
import type { Flags } from './types.ts';

const flags: Flags = {
  namespace: { type: 'string', short: 'n', default: 'flux-system', about: '' },
  all: { type: 'bool', short: 'A', about: '' },
  watch: { type: 'bool', short: 'w', about: '' },
  timeout: { type: 'duration', default: '5m', about: '' },
  tail: { type: 'int', default: '-1', about: '' },
  label: { type: 'list', about: '' },
  old: { type: 'string', about: '', deprecated: 'use --label' },
  gone: { type: 'string', about: '', refused: 'not here' },
  provider: {
    type: 'string',
    about: '',
    check: (value) => (value === 'sops' ? undefined : `'${value}' is none`),
  },
};

function parsed(...tokens: string[]) {
  return parse(tokens, flags);
}

test('flags stand anywhere, in every form that pflag takes', () => {
  for (const form of [
    ['-n', 'apps'],
    ['-napps'],
    ['-n=apps'],
    ['--namespace', 'apps'],
    ['--namespace=apps'],
  ]) {
    const { args, flags: values } = parsed('podinfo', ...form, 'other');
    assert.is(values.text('namespace'), 'apps', form.join(' '));
    assert.equal(args, ['podinfo', 'other']);
    assert.ok(values.given('namespace'));
  }
});

test('letters of switches stand together, the last may take a value', () => {
  const { flags: values } = parsed('-Awn', 'apps');
  assert.ok(values.is('all') && values.is('watch'));
  assert.is(values.text('namespace'), 'apps');
});

test('a switch is turned off with =false, and takes no value after a space', () => {
  assert.not.ok(parsed('--all=false').flags.is('all'));
  assert.equal(parsed('--all', 'false').args, ['false']);
});

test('everything after -- is an argument, and so is a lone -', () => {
  assert.equal(parsed('-', '--', '--all', '-n').args, ['-', '--all', '-n']);
});

test('lists add up over commas and repetitions, with quotes around a comma', () => {
  assert.equal(parsed('--label', 'a=1,b=2', '--label=c=3').flags.list('label'), ['a=1', 'b=2', 'c=3']);
  assert.equal(parsed('--label', '"a,b",c').flags.list('label'), ['a,b', 'c']);
});

test('of other flags the last one counts, and defaults stand where none is given', () => {
  assert.is(parsed('-n', 'a', '-n', 'b').flags.text('namespace'), 'b');
  assert.is(parsed().flags.text('namespace'), 'flux-system');
  assert.is(parsed().flags.milliseconds('timeout'), 300_000);
  assert.is(parsed('--tail', '5').flags.number('tail'), 5);
  assert.not.ok(parsed().flags.given('namespace'));
});

const mistakes: readonly (readonly [readonly string[], string])[] = [
  [['--foo'], 'unknown flag: --foo'],
  [['--foo=1'], 'unknown flag: --foo'],
  [['-Ax'], "unknown shorthand flag: 'x' in -Ax"],
  [['--namespace'], 'flag needs an argument: --namespace'],
  [['-n'], "flag needs an argument: 'n' in -n"],
  [['--timeout=5'], 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'],
  [['--timeout=5d'], 'invalid argument "5d" for "--timeout" flag: time: unknown unit "d" in duration "5d"'],
  [['--timeout=x'], 'invalid argument "x" for "--timeout" flag: time: invalid duration "x"'],
  [['--tail=x'], 'invalid argument "x" for "--tail" flag: strconv.ParseInt: parsing "x": invalid syntax'],
  [
    ['--all=maybe'],
    'invalid argument "maybe" for "-A, --all" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
  ],
  [['--provider', 'x'], `invalid argument "x" for "--provider" flag: 'x' is none`],
  [['--gone=1'], 'invalid argument "1" for "--gone" flag: not here'],
];

for (const [tokens, message] of mistakes) {
  test(`"${tokens.join(' ')}" is refused in Flux's words`, () => {
    assert.throws(
      () => parsed(...tokens),
      (error: Error) => error.message === message,
    );
  });
}

test('a deprecated flag works and is warned about', () => {
  const { flags: values, warnings } = parsed('--old=1');
  assert.is(values.text('old'), '1');
  assert.equal(warnings, ['Flag --old has been deprecated, use --label']);
});

test('no flag is called like a property of every object', () => {
  assert.throws(() => parsed('--constructor=1'), /unknown flag: --constructor/);
});

test.run();
