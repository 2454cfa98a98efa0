import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startHelm } from '../../../helpers/helm.ts';
import { createWorld, type World } from '../../harness.ts';
import { condition, isReady, type Live } from '../../live.ts';
import { helmRelease } from '../release.ts';
import { chartFiles } from './chart.ts';
import { concurrently } from './concurrently.ts';
import {
  type Charts,
  conditionsOf,
  createCharts,
  eventsOf,
  historyOf,
  isSettled,
  patienceMs,
  recordsOf,
  type Scenario,
  snapshotsOf,
} from './scenario.ts';

let world: World;
let charts: Charts;
const helm = await startHelm();
const last =
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: farewell\n  annotations: {helm.sh/hook: pre-delete}\n';
test.before(async () => {
  world = await createWorld();
  charts = await createCharts(world, {
    renamed: chartFiles('renamed'),
    hooked: { ...chartFiles(), 'templates/farewell.yaml': last },
  });
});
test.after(async () => {
  await Promise.all([world.close(), helm.close()]);
});

type Spec = HelmRelease['spec'];

const settled = (ref: string, what = 'to be settled', holds: (object: Live) => boolean = () => true) =>
  world.until(ref, what, (object) => isSettled(object) && holds(object), patienceMs);

/** Changes that make another release: the first is removed. `N` is the namespace, `M` another one. */
interface Move {
  readonly from?: Partial<Spec>;
  readonly to: (other: string) => Partial<Spec>;
  /** Name, namespace and chart of the release then. */
  readonly release: readonly [name: string, namespace: 'N' | 'M', chart: string];
  /** Where its records are. */
  readonly storage: 'N' | 'M';
  readonly isUpgrade?: true;
}

const moves: Readonly<Record<string, Move>> = {
  'another target namespace': {
    to: (other) => ({ targetNamespace: other, releaseName: 'app' }),
    release: ['app', 'M', 'app'],
    storage: 'N',
  },
  'another storage namespace': {
    to: (other) => ({ storageNamespace: other }),
    release: ['app', 'N', 'app'],
    storage: 'M',
  },
  'another release name': {
    to: () => ({ releaseName: 'other' }),
    release: ['other', 'N', 'app'],
    storage: 'N',
  },
  'another chart name': {
    to: () => ({ chart: charts.chart('renamed') }),
    release: ['app', 'N', 'renamed'],
    storage: 'N',
  },
  'another chart name, in place': {
    from: { upgrade: { chartNameChangeStrategy: 'InPlaceUpdate' } },
    to: () => ({ chart: charts.chart('renamed') }),
    release: ['app', 'N', 'renamed'],
    storage: 'N',
    isUpgrade: true,
  },
};

async function moved({ from = {}, to, release, storage, isUpgrade }: Move): Promise<void> {
  const other = await world.cluster.namespace('other');
  const { ref, namespace, change } = await charts.release(from);
  await settled(ref);
  const [name, place, chartName] = release;
  await change(to(other));
  const object = await settled(ref, 'to have moved', (each) => {
    const [snapshot] = snapshotsOf(each);
    return snapshot?.chartName === chartName && snapshot.name === name;
  });
  const where = (letter: 'N' | 'M') => (letter === 'N' ? namespace : other);
  assert.is(object.status?.['storageNamespace'], where(storage));
  assert.is(snapshotsOf(object)[0]?.namespace, where(place));
  assert.ok(await world.find(`ConfigMap/${where(place)}/${name}-settings`));
  const reasons = await eventsOf(world, ref);
  if (isUpgrade) {
    assert.equal(historyOf(object), ['2 deployed upgrade', '1 superseded install']);
    assert.not(reasons.includes('Normal UninstallSucceeded'));
    return;
  }
  assert.equal(historyOf(object), ['1 deployed install']);
  assert.equal(await recordsOf(world, where(storage), name), ['v1 deployed']);
  if (storage === 'M' || name !== 'app') assert.equal(await recordsOf(world, namespace), []);
  if (place === 'M' || name !== 'app')
    assert.is(await world.find(`ConfigMap/${namespace}/app-settings`), undefined);
  await world.eventually({ what: 'the event of the removal' }, async () =>
    (await eventsOf(world, ref)).includes('Normal UninstallSucceeded'),
  );
}

/** An account, and what it may do in its namespace. */
async function account(namespace: string, resources: readonly string[]): Promise<void> {
  const subject = { kind: 'ServiceAccount', name: 'deployer', namespace };
  const metadata = { name: 'deployer', namespace };
  const objects = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [''], resources, verbs: ['*'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'deployer' },
      subjects: [subject],
    },
  ];
  for (const object of objects) await world.apply(JSON.stringify(object));
}

const settings = (namespace: string) => `ConfigMap/${namespace}/app-settings`;

/** A Deployment's ReplicaSets that are left. */
const replicaSetsIn = async (namespace: string): Promise<number> => {
  const resource = {
    group: 'apps',
    version: 'v1',
    kind: 'ReplicaSet',
    plural: 'replicasets',
    namespaced: true,
  };
  return (await world.client.listMetadata(resource, { namespace })).items.length;
};

async function deleted({ ref }: Scenario): Promise<void> {
  await world.delete(ref);
  await world.gone(ref, patienceMs);
}

concurrently({
  ...Object.fromEntries(
    Object.entries(moves).map(([what, move]) => [`${what} makes another release`, () => moved(move)]),
  ),

  'objects go to the target namespace, which may be made for them, and the records stay': async () => {
    const target = `target-${process.pid}`;
    const { ref, namespace, change } = await charts.release({
      targetNamespace: target,
      install: { remediation: { remediateLastFailure: true } },
    });
    const failed = await world.until(
      ref,
      'to give up',
      (each) => condition(each, 'Stalled')?.reason === 'RetriesExceeded',
      patienceMs,
    );
    assert.is(conditionsOf(failed)['Ready'], 'False InstallFailed');
    assert.match(condition(failed, 'Ready')?.message ?? '', new RegExp(`namespaces "${target}" not found`));
    await change({ install: { createNamespace: true } });
    const object = await settled(ref);
    const [snapshot] = snapshotsOf(object);
    assert.equal([snapshot?.name, snapshot?.namespace], [`${target}-app`, target]);
    assert.ok(await world.find(`ConfigMap/${target}/${target}-app-settings`));
    assert.is((await world.get(`Namespace/${target}`)).metadata.labels?.['name'], target);
    assert.equal(await recordsOf(world, namespace, `${target}-app`), ['v1 deployed']);
    await world.delete(ref);
    await world.gone(ref, patienceMs);
    assert.is(await world.find(`ConfigMap/${target}/${target}-app-settings`), undefined);
    assert.ok(await world.find(`Namespace/${target}`), 'a namespace is not taken away');
  },

  'a name that is too long for Helm is shortened': async () => {
    const namespace = await world.cluster.namespace('scenario');
    const name = `${'long-'.repeat(10)}name`;
    await world.apply(helmRelease(namespace, { name, chart: charts.chart('app') }));
    const object = await settled(`HelmRelease/${namespace}/${name}`);
    const release = snapshotsOf(object)[0]?.name ?? '';
    assert.match(release, new RegExp(`^${name.slice(0, 40)}-[0-9a-f]{12}$`));
    assert.ok(await world.find(`ConfigMap/${namespace}/${release}-settings`));
  },

  'a namespace goes with its release, also when the account went first': async () => {
    const namespace = await world.cluster.namespace('scenario');
    await account(namespace, ['configmaps', 'secrets']);
    const { ref } = await charts.release({ serviceAccountName: 'deployer' }, namespace);
    await settled(ref);
    await world.delete(`Namespace/${namespace}`);
    await world.gone(`Namespace/${namespace}`, patienceMs);
  },

  'an account may do what it may, and what it may not is said': async () => {
    const namespace = await world.cluster.namespace('scenario');
    const user = `system:serviceaccount:${namespace}:deployer`;
    const { ref } = await charts.release({ serviceAccountName: 'deployer' }, namespace);
    await world.failed(
      ref,
      'StateError',
      new RegExp(`^Could not determine release state: .*"${user}" cannot list resource "secrets"`, 's'),
      patienceMs,
    );
    await account(namespace, ['secrets']);
    await world.request(ref);
    await world.failed(ref, 'InstallFailed', /cannot get resource "configmaps"/, patienceMs);
    // Nothing was recorded: it is tried again.
    assert.is(condition(await world.get(ref), 'Stalled'), undefined);
    await account(namespace, ['secrets', 'configmaps']);
    await world.request(ref);
    const object = await settled(ref);
    assert.equal(historyOf(object), ['1 deployed install']);
    assert.ok(await world.find(settings(namespace)));
  },

  'a suspended release is left alone, also when it is deleted': async () => {
    const scenario = await charts.release({ values: { colour: 'blue' } });
    const { ref, namespace, change } = scenario;
    await settled(ref);
    await change({ suspend: true, values: { colour: 'green' } });
    await world.request(ref);
    await change({ suspend: false });
    const object = await settled(ref, 'to be upgraded', (each) => historyOf(each).length > 1);
    assert.equal(historyOf(object), ['2 deployed upgrade', '1 superseded install']);
    await change({ suspend: true });
    await deleted(scenario);
    assert.is((await world.get(settings(namespace))).data?.['colour'], 'green');
    assert.equal(await recordsOf(world, namespace), ['v1 superseded', 'v2 deployed']);
    // Whoever comes next with that name takes it over.
    await charts.release({ values: { colour: 'green' } }, namespace);
    assert.equal(historyOf(await settled(ref)), ['3 deployed upgrade']);
  },

  'the history of a removed release is kept where that is wanted, and the name is free only to who replaces it':
    async () => {
      const scenario = await charts.release({ uninstall: { keepHistory: true } });
      const { ref, namespace, change, env } = scenario;
      await settled(ref);
      await deleted(scenario);
      assert.is(await world.find(settings(namespace)), undefined);
      assert.equal(await recordsOf(world, namespace), ['v1 uninstalled']);
      assert.match(await helm.run(['history', 'app'], env), /uninstalled.*Uninstallation complete/);
      await charts.release({}, namespace);
      await world.failed(ref, 'InstallFailed', /cannot reuse a name that is still in use/, patienceMs);
      await change({ install: { replace: true } });
      assert.equal(historyOf(await settled(ref)), ['2 deployed install']);
      assert.equal(await recordsOf(world, namespace), ['v1 superseded', 'v2 deployed']);
    },

  'hooks of a removal are run unless that is unwanted': async () => {
    const removed = async (disableHooks: boolean): Promise<void> => {
      const scenario = await charts.release({ chart: charts.chart('hooked'), uninstall: { disableHooks } });
      await settled(scenario.ref);
      await deleted(scenario);
      const hook = await world.find(scenario.of('ConfigMap', 'farewell'));
      assert.is(hook === undefined, disableHooks);
    };
    await Promise.all([removed(false), removed(true)]);
  },

  'what belongs to the objects of a removed release goes, or not, as the propagation says': async () => {
    const values = { web: true };
    const removed = async (deletionPropagation: 'foreground' | 'background' | 'orphan'): Promise<void> => {
      const scenario = await charts.release({ values, uninstall: { deletionPropagation } });
      const { namespace, ref, of } = scenario;
      await settled(ref);
      await deleted(scenario);
      assert.is(await world.find(of('Deployment', 'app')), undefined);
      if (deletionPropagation === 'orphan') {
        assert.is(await replicaSetsIn(namespace), 1);
        return;
      }
      if (deletionPropagation === 'foreground') assert.is(await replicaSetsIn(namespace), 0);
      await world.eventually({ what: 'the ReplicaSets to be gone' }, async () => {
        return (await replicaSetsIn(namespace)) === 0;
      });
    };
    await Promise.all([removed('foreground'), removed('background'), removed('orphan')]);
  },

  'a removal waits until the objects are gone, unless that is unwanted': async () => {
    const hold = (namespace: string, finalizers: readonly string[] | null) =>
      world.patch(settings(namespace), { metadata: { finalizers } });
    const waits = await charts.release();
    await settled(waits.ref);
    await hold(waits.namespace, ['example.com/held']);
    await world.delete(waits.ref);
    await world.until(
      settings(waits.namespace),
      'to be on its way out',
      ({ metadata }) => metadata.deletionTimestamp !== undefined,
      patienceMs,
    );
    assert.ok(await world.find(waits.ref));
    await hold(waits.namespace, null);
    await world.gone(waits.ref, patienceMs);
    const hastens = await charts.release({ uninstall: { disableWait: true } });
    await settled(hastens.ref);
    await hold(hastens.namespace, ['example.com/held']);
    await deleted(hastens);
    assert.ok(await world.find(settings(hastens.namespace)));
    await hold(hastens.namespace, null);
  },

  'no more records are kept than wanted; none are removed without a limit': async () => {
    const kept = async (maxHistory: number): Promise<string[]> => {
      const { ref, namespace, change } = await charts.release({ maxHistory, values: { colour: '1' } });
      for (const revision of [1, 2, 3, 4]) {
        await settled(ref, `to be at ${revision}`, (each) => snapshotsOf(each)[0]?.version === revision);
        if (revision < 4) await change({ values: { colour: `${revision + 1}` } });
      }
      return recordsOf(world, namespace);
    };
    const [few, all] = await Promise.all([kept(2), kept(0)]);
    assert.equal(few, ['v3 superseded', 'v4 deployed']);
    assert.equal(all, ['v1 superseded', 'v2 superseded', 'v3 superseded', 'v4 deployed']);
  },

  'objects of others are taken over, unless that is unwanted': async () => {
    const place = async (install: NonNullable<Spec['install']>): Promise<Scenario> => {
      const namespace = await world.cluster.namespace('scenario');
      await world.apply({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'app-settings', namespace },
        data: { colour: 'theirs' },
      });
      return charts.release({ install }, namespace);
    };
    const [shy, bold] = await Promise.all([place({ disableTakeOwnership: true }), place({})]);
    await world.failed(
      shy.ref,
      'InstallFailed',
      /ConfigMap\/.*\/app-settings exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key "app\.kubernetes\.io\/managed-by"/,
      patienceMs,
    );
    assert.is((await world.get(settings(shy.namespace))).data?.['colour'], 'theirs');
    assert.equal(await recordsOf(world, shy.namespace), []);
    await settled(bold.ref);
    const { data, metadata } = await world.get(settings(bold.namespace));
    assert.is(data?.['colour'], 'red');
    assert.is(metadata.labels?.['app.kubernetes.io/managed-by'], 'Helm');
    assert.is(metadata.annotations?.['meta.helm.sh/release-name'], 'app');
  },

  'a client for one action only makes no difference': async () => {
    const { ref } = await charts.release({ persistentClient: false });
    assert.ok(isReady(await settled(ref)));
  },
});

test.run();
