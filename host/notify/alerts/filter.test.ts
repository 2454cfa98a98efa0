import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { EventInput } from '../../events/types.ts';
import { alertsFor } from './filter.ts';
import { compilePattern } from './patterns.ts';

const event = (message: string): FluxEvent => ({
  involvedObject: {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    namespace: 'apps',
    name: 'web',
  },
  severity: 'info',
  timestamp: null,
  message,
  reason: 'R',
  reportingController: 'c',
});

function alert(spec: Partial<Alert['spec']>): Alert {
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    kind: 'Alert',
    metadata: { name: 'alert', namespace: 'apps' },
    spec: { providerRef: { name: 'p' }, eventSources: [{ kind: 'Kustomization', name: '*' }], ...spec },
  };
}

async function matches(spec: Partial<Alert['spec']>, message: string, labels: Record<string, string> = {}) {
  const reports: EventInput[] = [];
  const found = await alertsFor(event(message), [alert(spec)], {
    labelsOf: async () => labels,
    report: (_, input) => reports.push(input),
  });
  return { found: found.length === 1, reports };
}

test("lists are in Go's syntax, not JavaScript's", async () => {
  assert.ok((await matches({ inclusionList: ['(?i)HEALTH'] }, 'health check passed')).found);
  assert.ok((await matches({ inclusionList: ['^[[:alpha:]]+ check'] }, 'health check passed')).found);
  assert.not((await matches({ exclusionList: ['(?s)^health.*passed$'] }, 'health\npassed')).found);
});

test('an entry that is no regular expression is told to the Alert', async () => {
  const { found, reports } = await matches({ exclusionList: ['(?=lookahead)'] }, 'anything');
  assert.ok(found, 'it excludes nothing');
  assert.is(reports[0]?.reason, 'InvalidConfig');
  assert.match(reports[0]?.message ?? '', /^failed to compile exclusion regex: \(\?=lookahead\): .*`\(\?=`/);
});

test('a regular expression that would stop JavaScript is answered at once', () => {
  const evil = compilePattern('^(a+)+$');
  assert.not(evil.matches(`${'a'.repeat(38_000)}!`));
  assert.throws(() => compilePattern('(a{1000}){1000}'), /repeat count/);
  assert.throws(() => compilePattern('a'.repeat(2000)), /of 2000 characters/);
});

test('labels that no object can have are told to the Alert', async () => {
  const eventSources = [{ kind: 'Kustomization', name: '*', matchLabels: { 'not a label': 'x' } }] as const;
  const { found, reports } = await matches({ eventSources: [...eventSources] }, 'm');
  assert.not(found);
  assert.equal(
    reports.map(({ reason, message }) => `${reason} ${message}`),
    ['InvalidConfig error using matchLabels from event source Kustomization/apps/*'],
  );
});

test('an Alert that matches by two of its sources is there once', async () => {
  const eventSources: Alert['spec']['eventSources'] = [
    { kind: 'Kustomization', name: '*' },
    { kind: 'Kustomization', name: 'web' },
  ];
  assert.ok((await matches({ eventSources }, 'm')).found);
  assert.not((await matches({ eventSources, suspend: true }, 'm')).found);
});

test.run();
