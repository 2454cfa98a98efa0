import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startHelm } from '../../../helpers/helm.ts';
import { createWorld, type World } from '../../harness.ts';
import { condition, type Live } from '../../live.ts';
import { chartFiles } from './chart.ts';
import { concurrently } from './concurrently.ts';
import { broken, type Failure, failures } from './failures.ts';
import {
  type Charts,
  conditionsOf,
  createCharts,
  eventsOf,
  historyOf,
  isSettled,
  patienceMs,
  recordsOf,
  testsOf,
} from './scenario.ts';

const held = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: held\n  finalizers: [example.com/held]\n';
let world: World;
let charts: Charts;
const helm = await startHelm();
test.before(async () => {
  world = await createWorld();
  charts = await createCharts(world, { held: { ...chartFiles(), 'templates/held.yaml': held } });
});
test.after(async () => {
  await Promise.all([world.close(), helm.close()]);
});

const timeouts = { timeout: '2m' };

async function fails(failure: Failure): Promise<void> {
  const { namespace, ref, change } = await charts.release({ ...timeouts, ...failure.spec });
  if (failure.upgrade) {
    await world.until(ref, 'to be installed', isSettled, patienceMs);
    await change(failure.upgrade);
  }
  const object = await world.until(
    ref,
    'to give up',
    (each) =>
      condition(each, 'Stalled')?.status === 'True' &&
      each.status?.observedGeneration === each.metadata.generation,
    patienceMs,
  );
  const text = (type: string) => condition(object, type)?.message.replaceAll(namespace, 'N') ?? '';
  assert.equal(conditionsOf(object), failure.conditions);
  assert.match(text('Ready'), failure.ready);
  const [installs, upgrades] = failure.failures;
  const action = object.status?.['lastAttemptedReleaseAction'];
  assert.is(
    text('Stalled'),
    `Failed to ${action} after ${action === 'install' ? installs : upgrades} attempt(s)`,
  );
  assert.equal(historyOf(object), failure.history);
  if (failure.tests) assert.equal(testsOf(object), failure.tests);
  const { installFailures = 0, upgradeFailures = 0 } = object.status ?? {};
  assert.equal([installFailures, upgradeFailures], failure.failures);
  assert.equal(await recordsOf(world, namespace), failure.records);
  await world.eventually({ what: 'the events' }, async () => {
    const found = await eventsOf(world, ref);
    return failure.events.every((event) => found.includes(event));
  });
}

/** Asks for a reconcile as `flux reconcile helmrelease` does with `--force` or `--reset`. */
async function ask(ref: string, annotation: 'forceAt' | 'resetAt', token: string): Promise<void> {
  await world.patch(ref, {
    metadata: {
      annotations: {
        'reconcile.fluxcd.io/requestedAt': token,
        [`reconcile.fluxcd.io/${annotation}`]: token,
      },
    },
  });
}

concurrently({
  ...Object.fromEntries(Object.entries(failures).map(([name, failure]) => [name, () => fails(failure)])),
  'tests that fail may be of no consequence': async () => {
    const { ref, namespace } = await charts.release({
      values: { test: 'fail' },
      test: { enable: true, ignoreFailures: true },
    });
    const object = await world.until(
      ref,
      'to be tested',
      (each) => isSettled(each) && condition(each, 'TestSuccess')?.status === 'False',
      patienceMs,
    );
    assert.equal(conditionsOf(object), {
      Ready: 'True InstallSucceeded',
      Released: 'True InstallSucceeded',
      TestSuccess: 'False TestFailed',
    });
    assert.equal(testsOf(object), [{ 'app-check': 'Failed' }]);
    assert.match(
      await helm.run(['status', 'app', '-n', namespace], { KUBECONFIG: world.cluster.kubeconfig }),
      /STATUS: deployed/,
    );
  },

  'tests that are left out do not count': async () => {
    const { ref } = await charts.release({
      values: { test: 'fail' },
      test: { enable: true, filters: [{ name: 'app-check', exclude: true }] },
    });
    const object = await world.until(ref, 'to be tested', isSettled, patienceMs);
    assert.match(condition(object, 'TestSuccess')?.message ?? '', /^Helm test succeeded .*: no test hooks$/);
    assert.equal(testsOf(object), [{}]);
  },

  'with RetryOnFailure a release is tried again after a while, and heals once what broke it is gone':
    async () => {
      const strategy = { name: 'RetryOnFailure', retryInterval: '2s' } as const;
      const namespace = await world.cluster.namespace('scenario');
      const fate = (data: Record<string, string>) =>
        world.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'fate', namespace }, data });
      await fate({ fail: 'true' });
      const { ref } = await charts.release(
        { ...timeouts, install: { strategy }, upgrade: { strategy } },
        namespace,
      );
      const failing = await world.until(
        ref,
        'to be tried again',
        (each) => historyOf(each).length > 1,
        patienceMs,
      );
      assert.match(historyOf(failing).join(), /2 failed upgrade,1 failed install$/);
      assert.is(condition(failing, 'Stalled'), undefined);
      const waiting = await world.until(
        ref,
        'to wait for the next try',
        (each) => condition(each, 'Reconciling')?.reason === 'ProgressingWithRetry',
        patienceMs,
      );
      assert.match(condition(waiting, 'Reconciling')?.message ?? '', /^retrying after 2s/);
      assert.match(conditionsOf(waiting)['Ready'] ?? '', /^False (Install|Upgrade)Failed$/);
      await fate({ fail: '' });
      const healed = await world.until(ref, 'to heal', isSettled, patienceMs);
      assert.equal(conditionsOf(healed), {
        Ready: 'True UpgradeSucceeded',
        Released: 'True UpgradeSucceeded',
      });
      for (const field of ['failures', 'installFailures', 'upgradeFailures'])
        assert.is(healed.status?.[field], undefined, field);
    },

  'a forced request upgrades what is in sync, once': async () => {
    const { ref } = await charts.release();
    await world.until(ref, 'to be installed', isSettled, patienceMs);
    await ask(ref, 'forceAt', 'one');
    const forced = await world.until(
      ref,
      'to be upgraded',
      (each) => isSettled(each) && each.status?.lastHandledReconcileAt === 'one',
      patienceMs,
    );
    assert.equal(historyOf(forced), ['2 deployed upgrade', '1 superseded install']);
    assert.is(forced.status?.['lastHandledForceAt'], 'one');
    // The annotation of another request is none.
    await world.patch(ref, { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'two' } } });
    const again = await world.until(
      ref,
      'to be looked at',
      (each) => each.status?.lastHandledReconcileAt === 'two',
      patienceMs,
    );
    assert.equal(historyOf(again), historyOf(forced));
  },

  'a request with a reset tries again what was given up, and a forced one mends it once it can be':
    async () => {
      const namespace = await world.cluster.namespace('scenario');
      const fate = (data: Record<string, string>) =>
        world.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'fate', namespace }, data });
      await fate({ fail: 'true' });
      const { ref } = await charts.release(timeouts, namespace);
      const givenUp = (text: string) => (each: Live) => condition(each, 'Stalled')?.message === text;
      await world.until(ref, 'to give up', givenUp('Failed to install after 1 attempt(s)'), patienceMs);
      await ask(ref, 'resetAt', 'one');
      const reset = await world.until(
        ref,
        'to give up again',
        givenUp('Failed to upgrade after 1 attempt(s)'),
        patienceMs,
      );
      assert.equal(historyOf(reset), ['2 failed upgrade', '1 failed install']);
      assert.is(reset.status?.['lastHandledResetAt'], 'one');
      assert.is(reset.status?.['installFailures'], undefined);
      await fate({ fail: '' });
      await ask(ref, 'forceAt', 'two');
      const healed = await world.until(ref, 'to heal', isSettled, patienceMs);
      assert.equal(historyOf(healed), ['3 deployed upgrade', '2 failed upgrade', '1 failed install']);
    },
});

test('a removal that a killed host left half done is done to the end', async () => {
  const install = { remediation: { retries: 1 } };
  const { ref, of } = await charts.release({ chart: charts.chart('held'), values: broken, install });
  await world.until(
    ref,
    'to wait for the removal',
    (each) => /'uninstall' action .* to be gone$/.test(condition(each, 'Reconciling')?.message ?? ''),
    patienceMs,
  );
  const { dir } = world.host;
  await world.host.kill();
  const held = of('ConfigMap', 'held');
  assert.ok((await world.get(held)).metadata.deletionTimestamp);
  await world.patch(held, { metadata: { finalizers: null } });
  await world.startHost({ dir });
  const object = await world.until(
    ref,
    'to give up',
    (each) => condition(each, 'Stalled')?.message === 'Failed to install after 2 attempt(s)',
    patienceMs,
  );
  assert.equal(historyOf(object), ['1 failed install']);
  assert.is((await world.get(held)).metadata.deletionTimestamp, undefined, 'it was made anew');
});

test.run();
