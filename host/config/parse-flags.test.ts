import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseGates } from './gates.ts';
import { flagHelp, parseFlags } from './parse-flags.ts';

test('flags are read as Go programs read them', () => {
  const values = parseFlags(
    [
      '--storage-path=/x',
      '--concurrent',
      '7',
      '--no-remote-bases',
      '--watch-all-namespaces=false',
      '--min-retry-delay=1m',
    ],
    {},
  );
  assert.is(values.string('storage-path'), '/x');
  assert.is(values.int('concurrent'), 7);
  assert.is(values.bool('no-remote-bases'), true);
  assert.is(values.bool('watch-all-namespaces'), false);
  assert.is(values.duration('min-retry-delay'), 60_000);
});

test('the environment gives defaults that flags override', () => {
  assert.is(parseFlags([], { STORAGE_PATH: '/env' }).string('storage-path'), '/env');
  assert.is(parseFlags(['--storage-path=/flag'], { STORAGE_PATH: '/env' }).string('storage-path'), '/flag');
});

test('repeated lists add up', () => {
  const values = parseFlags(['--override-manager=a', '--override-manager=b,c'], {});
  assert.equal(values.list('override-manager'), ['a', 'b', 'c']);
});

test('unknown flags, wrong values and refused flags stop the start with a reason', () => {
  assert.throws(() => parseFlags(['--no-such'], {}), /--no-such: unknown flag/);
  assert.throws(() => parseFlags(['--concurrent=many'], {}), /"many" is not a whole number/);
  assert.throws(() => parseFlags(['--min-retry-delay=5'], {}), /is not a duration/);
  assert.throws(() => parseFlags(['--ssh-kex-algos=a'], {}), /negotiates from its own list/);
});

test('flags of Flux without an effect here are accepted and named', () => {
  const [note] = parseFlags(['--kube-api-qps=500'], {}).noEffect;
  assert.match(note ?? '', /--kube-api-qps: the API server's priority and fairness/);
});

test('an unknown feature gate stops the start, as in Flux', () => {
  assert.throws(() => parseGates('NoSuchGate=true'), /there is no gate "NoSuchGate"/);
  assert.is(parseGates('ExternalArtifact=true').gates('ExternalArtifact'), true);
  assert.is(parseGates('').gates('StrictPostBuildSubstitutions'), true);
});

test('help lists every flag that can be given', () => {
  assert.match(flagHelp(), /--storage-adv-addr string/);
  assert.not.match(flagHelp(), /--ssh-kex-algos/);
});

test.run();
