import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { Provider } from '@flux-host/crds/notification/provider.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import type { NotifierTrait } from '@flux-host/sdk/contract/notifier.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { EventInput } from '../events/types.ts';
import { createLogger } from '../observability/logger.ts';
import { createRedactor } from '../observability/redact.ts';
import type { InstalledPlugin } from '../plugins/types.ts';
import { createRateLimit } from './event/rate-limit.ts';
import { createIntake, type IntakeOptions } from './intake.ts';
import type { Notification } from './types.ts';

const apiVersion = 'notification.toolkit.fluxcd.io/v1beta3';
const group = 'kustomize.toolkit.fluxcd.io';

const event = (changes: Partial<FluxEvent> = {}): FluxEvent => ({
  involvedObject: { apiVersion: `${group}/v1`, kind: 'Kustomization', namespace: 'apps', name: 'web' },
  severity: 'info',
  timestamp: null,
  message: 'm',
  reason: 'R',
  reportingController: 'c',
  ...changes,
});

const alert = (spec: Partial<Alert['spec']> = {}, namespace = 'apps'): Alert => ({
  apiVersion,
  kind: 'Alert',
  metadata: { name: 'alert', namespace },
  spec: {
    providerRef: { name: 'p' },
    eventSources: [{ kind: 'Kustomization', name: '*', namespace: 'apps' }],
    ...spec,
  },
});

const plugin = (traits: NotifierTrait[]): InstalledPlugin => ({
  manifest: {
    contract: 'plugin.flux-host/v1',
    name: 'n',
    version: '1.0.0',
    description: 'd',
    provides: [{ kind: 'notifier', type: 't', traits }],
    requests: {},
  },
  digest: 'sha256:0',
  grants: { network: [], capabilities: [], secretKeys: [], credentials: [] },
  origin: 'built-in',
});

function intake(options: Partial<IntakeOptions> & { alerts: () => Alert[]; traits?: NotifierTrait[] }) {
  const sent: Notification[] = [];
  const grouped: string[] = [];
  const reports: EventInput[] = [];
  const logged: string[] = [];
  const redactor = createRedactor();
  const provider: Provider = { apiVersion, kind: 'Provider', metadata: { name: 'p' }, spec: { type: 't' } };
  const accept = createIntake({
    rateLimit: createRateLimit({ intervalMs: 300_000 }),
    redactor,
    log: createLogger({ redactor, destination: { write: (line: string) => void logged.push(line) } }),
    plugins: { find: () => plugin(options.traits ?? []) },
    outbox: { add: async (notification) => void sent.push(notification) },
    groups: {
      add: async (_, { message }) => {
        grouped.push(message);
        return { kept: Promise.resolve() };
      },
      hint() {},
    },
    labelsOf: async () => ({}),
    report: (_, input) => reports.push(input),
    noCrossNamespaceRefs: false,
    findProvider: () => provider,
    ...options,
  });
  return { accept, sent, grouped, reports, logged, redactor };
}

test('objects of other namespaces are not told where that is forbidden, and the Alert says so', async () => {
  const { accept, sent, reports } = intake({
    alerts: () => [alert({}, 'other')],
    noCrossNamespaceRefs: true,
  });
  await accept(event());
  assert.equal(sent, []);
  assert.is(reports[0]?.reason, 'NotificationDispatchFailed');
  assert.match(reports[0]?.message ?? '', /cross-namespace references have been blocked/);
});

test('a Provider that is not there is told to the Alert', async () => {
  const { accept, reports } = intake({ alerts: () => [alert()], findProvider: () => undefined });
  await accept(event());
  assert.match(
    reports[0]?.message ?? '',
    /^failed to dispatch notification for Kustomization\/apps\/web: failed to read provider: Provider "apps\/p" not found/,
  );
});

test('secrets are taken out before an event is kept, and what is for the rate limit only', async () => {
  const { accept, sent, redactor } = intake({ alerts: () => [alert()] });
  redactor.add('hunter2-hunter2');
  const metadata = {
    [`${group}/token`]: 't',
    [`${group}/url`]: 'https://user:hunter2-hunter2@git',
    'x/y': 'z',
  };
  await accept(event({ message: 'failed with hunter2-hunter2', metadata }));
  assert.is(sent[0]?.event.message, 'failed with *****');
  assert.equal(Object.keys(sent[0]?.event.metadata ?? {}), [`${group}/url`]);
  assert.not(JSON.stringify(sent).includes('hunter2'));
});

const routes: [NotifierTrait[], Partial<FluxEvent>, boolean, string][] = [
  [[], { metadata: { [`${group}/commit_status`]: 'update' } }, false, 'a commit status to a chat'],
  [
    ['commit-status-updates'],
    { metadata: { [`${group}/commit_status`]: 'update' } },
    true,
    'a commit status to generic',
  ],
  [
    ['commit-status'],
    { metadata: { [`${group}/commit_status`]: 'update' } },
    true,
    'a commit status to a Git service',
  ],
  [['commit-status'], {}, false, 'news without a commit to a Git service'],
  [
    ['commit-status'],
    { metadata: { 'event.toolkit.fluxcd.io/commit': 'abc' } },
    true,
    'news of a commit to a Git service',
  ],
  [['commit-status'], { severity: 'error' }, true, 'a failure to a Git service, also without a commit'],
  [['change-request'], {}, false, 'news without a change request to who comments on them'],
  [
    ['change-request'],
    { metadata: { 'event.toolkit.fluxcd.io/change_request': '7' } },
    true,
    'news of a change request',
  ],
];
for (const [traits, changes, goes, what] of routes) {
  test(`${what} ${goes ? 'goes there' : 'does not go there'}`, async () => {
    const { accept, sent } = intake({ alerts: () => [alert()], traits });
    await accept(event(changes));
    assert.is(sent.length, goes ? 1 : 0);
  });
}

test('only failures are grouped, and not for who sets statuses', async () => {
  const alerts = () => [alert({ group: { wait: '30s' } })];
  const chat = intake({ alerts });
  await chat.accept(event({ message: 'good news' }));
  await chat.accept(event({ message: 'bad news', severity: 'error' }));
  assert.equal([chat.sent.length, chat.grouped], [1, ['bad news']]);
  const status = intake({ alerts, traits: ['commit-status'] });
  await status.accept(event({ message: 'bad news', severity: 'error' }));
  assert.equal([status.sent.length, status.grouped], [1, []]);
});

test('an event that nobody wants is logged, but not where there are no Alerts at all', async () => {
  const none = intake({ alerts: () => [] });
  await none.accept(event());
  assert.equal(none.logged, []);
  const other = intake({ alerts: () => [alert({ eventSources: [{ kind: 'Bucket', name: '*' }] })] });
  await other.accept(event());
  assert.match(other.logged.join(''), /discarding event, no alerts found for the involved object/);
});

test.run();
