import { Alert, Provider, Receiver } from '@flux-host/crds/index.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startReconciler } from '../../testing/reconciler.ts';
import { joinSharedCluster } from '../../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;
const end = new AbortController();
const webhookPath = `/hook/${'0'.repeat(64)}`;

test.after(async () => {
  end.abort();
  await world.close();
});

async function stage(): Promise<string> {
  const namespace = await cluster.namespace();
  await startReconciler({
    client,
    namespace,
    signal: end.signal,
    ending: () => ({ ready: 'True', reason: 'Succeeded', message: 'done', status: { webhookPath } }),
  });
  return namespace;
}

const spec = ({ spec }: KubeObject): unknown => spec;

test('a Provider, an Alert for it and a Receiver are created, then updated', async () => {
  const namespace = await stage();
  const provider = `create alert-provider slack --type slack --channel general --username flux --address https://hooks.example.com/x --secret-ref webhook -n ${namespace}`;
  const made = await world.flux(provider);
  assert.is(
    made.err,
    `✚ generating Provider
► applying Provider
✔ Provider created
◎ waiting for Provider reconciliation
✔ Provider slack is ready
`,
  );
  assert.match((await world.flux(provider)).err, '✔ Provider updated\n');
  assert.equal(spec(await client.get(Provider, { namespace, name: 'slack' })), {
    type: 'slack',
    channel: 'general',
    username: 'flux',
    address: 'https://hooks.example.com/x',
    secretRef: { name: 'webhook' },
  });

  const alert = await world.flux(
    `create alert main --provider-ref slack --event-severity error --event-source Kustomization/*,GitRepository/app.v2.infra --label team=a -n ${namespace}`,
  );
  assert.is(alert.code, 0, alert.err);
  assert.match(alert.err, '✔ Alert main is ready\n');
  assert.equal(spec(await client.get(Alert, { namespace, name: 'main' })), {
    providerRef: { name: 'slack' },
    eventSeverity: 'error',
    eventSources: [
      { kind: 'Kustomization', name: '*' },
      { kind: 'GitRepository', name: 'app.v2', namespace: 'infra' },
    ],
  });

  const receiver = await world.flux(
    `create receiver github --type github --event ping --event push --secret-ref token --resource GitRepository/app -n ${namespace}`,
  );
  assert.is(receiver.code, 0, receiver.err);
  assert.ok(
    receiver.err.endsWith(`✔ Receiver github is ready\n✔ generated webhook URL ${webhookPath}\n`),
    receiver.err,
  );
  assert.equal(spec(await client.get(Receiver, { namespace, name: 'github' })), {
    type: 'github',
    interval: '10m',
    events: ['ping', 'push'],
    resources: [{ kind: 'GitRepository', name: 'app' }],
    secretRef: { name: 'token' },
  });
});

test('what is printed with --export can be applied as it is', async () => {
  const { code, out, err } = await world.flux(
    'create alert main --provider-ref slack --event-source Kustomization/app --export',
  );
  assert.is(code, 0, err);
  assert.is(
    out,
    `---
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Alert
metadata:
  name: main
  namespace: flux-system
spec:
  eventSources:
  - kind: Kustomization
    name: app
  providerRef:
    name: slack
`,
  );
});

test('they are listed, suspended, resumed, exported and deleted like all others', async () => {
  const namespace = await stage();
  const there = `-n ${namespace}`;
  await world.flux(`create alert-provider generic --type generic --address https://example.com ${there}`);
  await world.flux(`create alert all --provider-ref generic --event-source Kustomization/* ${there}`);
  await world.flux(`create receiver hook --type generic --secret-ref t --resource GitRepository/a ${there}`);
  const cells = (text: string) => text.split('\n').map((line) => line.split('\t').map((cell) => cell.trim()));

  assert.equal(cells((await world.flux(`get alert-providers ${there}`)).out).slice(0, 2), [
    ['NAME', 'READY', 'MESSAGE'],
    ['generic', 'True', 'Provider is Ready', ''],
  ]);
  assert.is((await world.flux(`suspend alert all ${there}`)).code, 0);
  assert.equal(cells((await world.flux(`get alerts ${there}`)).out)[1], [
    'all',
    'True',
    'True',
    'Alert is Ready',
    '',
  ]);
  assert.equal(cells((await world.flux(`get receivers hook ${there}`)).out)[1], [
    'hook',
    'False',
    'True',
    'done',
    '',
  ]);
  const everything = (await world.flux(`get all ${there}`)).out;
  for (const name of ['receiver/hook', 'provider/generic', 'alert/all']) assert.match(everything, name);

  const resumed = await world.flux(`resume alert all ${there}`);
  assert.match(resumed.err, '✔ Alert all reconciliation completed\n✔ Alert reconciliation completed\n');
  for (const kind of ['alert-provider generic', 'receiver hook']) {
    assert.is((await world.flux(`suspend ${kind} ${there}`)).code, 0);
    assert.is((await world.flux(`resume ${kind} ${there}`)).code, 0);
  }
  assert.match((await world.flux(`reconcile receiver hook ${there}`)).err, '✔ Receiver annotated');
  assert.match((await world.flux(`export receiver --all ${there}`)).out, '\n  type: generic\n');
  for (const kind of ['alert all', 'alert-provider generic', 'receiver hook']) {
    const { code, err } = await world.flux(`delete ${kind} -s ${there}`);
    assert.is(code, 0, err);
  }
  assert.match((await world.flux(`get all ${there}`)).out, /^$/);
});

const mistakes: readonly (readonly [string, string])[] = [
  ['alert', 'name is required'],
  ['alert a', 'provider ref is required'],
  ['alert a --provider-ref p', 'at least one event source is required'],
  [
    'alert a --provider-ref p --event-source app',
    "invalid event source 'app', must be in format <kind>/<name>",
  ],
  ['alert-provider p', 'Provider type is required'],
  ['receiver r', 'Receiver type is required'],
  ['receiver r --type github', 'secret ref is required'],
  ['receiver r --type github --secret-ref s', 'atleast one resource is required'],
  [
    'receiver r --type svn',
    `invalid argument "svn" for "--type" flag: receiver type 'svn' is not supported, must be one of: generic, `,
  ],
  [
    'receiver r --type github --secret-ref s --resource a/b/c',
    "invalid event source 'a/b/c', must be in format <kind>/<name>",
  ],
];

for (const [line, message] of mistakes) {
  test(`"create ${line}" is refused: ${message}`, async () => {
    const { code, err } = await world.flux(`create ${line}`);
    assert.is(code, 1);
    assert.ok(err.startsWith(`✗ ${message}`), err);
  });
}

test.run();
