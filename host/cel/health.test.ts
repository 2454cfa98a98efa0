import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { thrownBy } from '../errors/testing.ts';
import type { KubeObject } from '../kube/types.ts';
import { compileHealthChecks, type HealthCheck } from './health.ts';

function claim(status?: Record<string, unknown>, more: Partial<KubeObject> = {}): KubeObject {
  return {
    apiVersion: 'example.com/v1',
    kind: 'Claim',
    metadata: { name: 'db', namespace: 'apps', generation: 2 },
    ...(status ? { status } : {}),
    ...more,
  };
}

const check: HealthCheck = {
  apiVersion: 'example.com/v1beta1',
  kind: 'Claim',
  inProgress: "status.phase == 'Creating'",
  failed: "status.phase == 'Broken'",
  current: "status.phase == 'Bound'",
};

function read(object: KubeObject, ...checks: HealthCheck[]): string | undefined {
  return compileHealthChecks(checks)?.(object)?.status;
}

const refusal = (...checks: HealthCheck[]) => thrownBy(() => compileHealthChecks(checks));

test('the phase of an object decides, whatever the version of its API', () => {
  assert.is(read(claim({ phase: 'Creating' }), check), 'InProgress');
  assert.is(read(claim({ phase: 'Broken' }), check), 'Failed');
  assert.is(read(claim({ phase: 'Bound' }), check), 'Current');
  assert.is(read(claim({ phase: 'Else' }), check), 'InProgress');
});

test('when all are true inProgress counts, then failed', () => {
  const all = { ...check, inProgress: 'true', failed: 'true', current: 'true' };
  assert.is(read(claim(), all), 'InProgress');
  assert.is(read(claim(), { ...all, inProgress: 'false' }), 'Failed');
});

test('a status of an older generation is not asked', () => {
  assert.is(read(claim({ phase: 'Bound', observedGeneration: 1 }), check), 'InProgress');
  assert.is(read(claim({ phase: 'Bound', observedGeneration: 2 }), check), 'Current');
  assert.is(read(claim({ phase: 'Bound', observedGeneration: '1' }), check), 'Current');
});

test('a field that is not there yet is waited for, and told', () => {
  const reader = compileHealthChecks([check]);
  assert.equal(reader?.(claim()), {
    status: 'Unknown',
    message: `failed to evaluate the CEL expression '${check.inProgress}': no such attribute(s): status.phase`,
  });
});

test('an expression that gives a text is told to give a boolean', () => {
  const reader = compileHealthChecks([{ ...check, inProgress: 'status.phase' }]);
  assert.match(reader?.(claim({ phase: 'Bound' }))?.message ?? '', /as boolean: 'status.phase'$/);
});

test('other kinds keep their own rule', () => {
  assert.is(read(claim({ phase: 'Bound' }, { kind: 'Other' }), check), undefined);
  assert.is(read(claim({ phase: 'Bound' }, { apiVersion: 'example.org/v1' }), check), undefined);
  assert.is(compileHealthChecks([]), undefined);
});

test('a check without a kind is for the whole group, but for kinds with their own', () => {
  const { kind: _, ...group } = { ...check, inProgress: 'false', failed: 'false', current: 'true' };
  assert.is(read(claim({ phase: 'Broken' }, { kind: 'Other' }), check, group), 'Current');
  assert.is(read(claim({ phase: 'Broken' }), check, group), 'Failed');
});

test('Jobs are read by the rule for Jobs even with a check for their group', () => {
  const jobs: HealthCheck = { apiVersion: 'batch/v1', current: 'true' };
  const job = claim({}, { apiVersion: 'batch/v1', kind: 'Job' });
  assert.is(read(job, jobs), undefined);
  assert.is(read({ ...job, kind: 'CronJob' }, jobs), 'Current');
});

test('an expression that is wrong is told with its place, for good', () => {
  const error = refusal(check, { ...check, kind: 'Other', failed: 'status.' });
  assert.is(
    error.message.split('\n')[0],
    'failed to create custom status evaluator for healthchecks[1]: failed to parse the expression Failed: ' +
      "failed to parse the CEL expression 'status.': ERROR: <input>:1:8: Syntax error: no viable alternative at input '.'",
  );
  assert.is(error.terminal, true);
  assert.is(error.reason, 'InvalidCELExpression');
});

test('two checks for one kind are refused, and one without current', () => {
  assert.is(
    refusal(check, check).message,
    'duplicate custom health check for GroupKind Claim.example.com at healthchecks[1]',
  );
  assert.match(refusal({ ...check, current: '' }).message, /expression Current not specified$/);
});

test.run();
