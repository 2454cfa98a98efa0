import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { createLogger, type LoggerOptions, reconcileFields } from './logger.ts';
import { createRedactor } from './redact.ts';

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const redactor = createRedactor();
  const logger = createLogger({
    redactor,
    destination: { write: (line) => void lines.push(line) },
    ...options,
  });
  return {
    lines,
    logger,
    redactor,
    parsed: (i = 0): Record<string, unknown> => JSON.parse(lines[i] ?? '{}'),
  };
}

const FIELDS = reconcileFields({
  controller: 'kustomization',
  group: 'kustomize.toolkit.fluxcd.io',
  kind: 'Kustomization',
  namespace: 'apps',
  name: 'web',
  reconcileID: 'id-1',
});

test('A line has the fields that flux logs reads', () => {
  const { logger, parsed, lines } = capture();
  logger.child(FIELDS).info('Reconciliation finished', { revision: 'main@sha1:abc' });
  const { ts, ...rest } = parsed();
  assert.match(String(ts), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.equal(rest, {
    level: 'info',
    msg: 'Reconciliation finished',
    controller: 'kustomization',
    controllerGroup: 'kustomize.toolkit.fluxcd.io',
    controllerKind: 'Kustomization',
    Kustomization: { name: 'web', namespace: 'apps' },
    namespace: 'apps',
    name: 'web',
    reconcileID: 'id-1',
    revision: 'main@sha1:abc',
  });
  assert.ok(lines[0]?.endsWith('}\n'));
});

test('An error is its text, with hint and code; a stack trace comes at the level debug only', () => {
  const error = new FluxError('FLUX_E_X', 'it broke', { hint: 'mend it' });
  for (const level of ['info', 'debug'] as const) {
    const { logger, parsed } = capture({ level });
    logger.error(error, 'Reconciler error');
    assert.equal(
      [parsed()['level'], parsed()['error'], parsed()['code']],
      ['error', 'it broke (hint: mend it)', 'FLUX_E_X'],
    );
    assert.is(typeof parsed()['stacktrace'], level === 'debug' ? 'string' : 'undefined');
  }
});

test('Each level lets through itself and what is more severe', () => {
  const expected = {
    trace: 'trace debug info error',
    debug: 'debug info error',
    info: 'info error',
    error: 'error',
  };
  for (const level of ['trace', 'debug', 'info', 'error'] as const) {
    const { logger, lines } = capture({ level });
    logger.trace('x');
    logger.debug('x');
    logger.info('x');
    logger.error(new Error('x'), 'x');
    assert.is(lines.map((line) => JSON.parse(line).level).join(' '), expected[level]);
  }
});

test('Console lines look like zap’s', () => {
  const { logger, lines } = capture({ encoding: 'console', level: 'debug' });
  logger.child({ name: 'web' }).info('all good');
  logger.error(new Error('bad'), 'oh');
  assert.match(lines[0] ?? '', /^\S+Z\tINFO\tall good\t\{"name":"web"\}\n$/);
  assert.match(lines[1] ?? '', /^\S+Z\tERROR\toh\t\{"error":"bad"\}\nError: bad\n +at /);
});

test('No secret gets out, in whatever field it is', () => {
  for (const encoding of ['json', 'console'] as const) {
    const { logger, lines, redactor } = capture({ encoding });
    redactor.add('hunter"2\nline');
    const secret = 'hunter"2\nline';
    logger
      .child({ child: secret })
      .error(new Error(`failed with ${secret}`), `msg ${secret}`, { deep: { list: [secret] } });
    assert.not.match(lines.join(''), 'hunter');
    assert.is(lines.join('').match(/\*{5}/g)?.length, 4);
  }
});

test.run();
