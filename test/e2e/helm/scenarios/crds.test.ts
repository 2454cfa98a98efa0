import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createWorld, type World } from '../../harness.ts';
import { at, type Live } from '../../live.ts';
import { chartFiles } from './chart.ts';
import { concurrently } from './concurrently.ts';
import { type Charts, createCharts, historyOf, isSettled, patienceMs } from './scenario.ts';

let world: World;
let charts: Charts;

type Policy = 'Skip' | 'Create' | 'CreateReplace';

/** What becomes of the definitions of a chart: after its install, and after an upgrade to one that has another form of the first and one more. */
interface Case {
  readonly install?: Policy;
  readonly upgrade?: Policy;
  /** Form of the first definition, by its short name; `Skip` leaves none. */
  readonly installed: 'old' | undefined;
  readonly upgraded: readonly [first: 'old' | 'new' | undefined, second: 'new' | undefined];
}

const cases: Readonly<Record<string, Case>> = {
  'by default definitions are created and never changed': { installed: 'old', upgraded: ['old', 'new'] },
  'Skip leaves definitions to others': {
    install: 'Skip',
    upgrade: 'Skip',
    installed: undefined,
    upgraded: [undefined, undefined],
  },
  'an upgrade with Skip leaves them as they are': {
    upgrade: 'Skip',
    installed: 'old',
    upgraded: ['old', undefined],
  },
  'an upgrade with Create adds what is new': {
    upgrade: 'Create',
    installed: 'old',
    upgraded: ['old', 'new'],
  },
  'an upgrade with CreateReplace changes what was there, too': {
    upgrade: 'CreateReplace',
    installed: 'old',
    upgraded: ['new', 'new'],
  },
};

const groupOf = (number: number): string => `g${number}.scenarios.example.com`;

const definition = (
  plural: string,
  group: string,
  form: string,
): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${plural}.${group}}
spec:
  group: ${group}
  scope: Namespaced
  names: {plural: ${plural}, singular: ${plural}one, kind: Kind${plural}, shortNames: [${form}-${plural}]}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`;

/** Charts of a case: its definitions have a group of their own. */
function chartsOf(number: number): Record<string, Record<string, string>> {
  const group = groupOf(number);
  return {
    [`old-${number}`]: { ...chartFiles(), 'crds/firsts.yaml': definition('firsts', group, 'old') },
    [`new-${number}`]: {
      ...chartFiles('app', '2.0.0'),
      'crds/firsts.yaml': definition('firsts', group, 'new'),
      'crds/seconds.yaml': definition('seconds', group, 'new'),
    },
  };
}

const sub = (name: string) => ({
  [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
  [`charts/${name}/crds/things.yaml`]: definition(name, 'subcharts.scenarios.example.com', 'old'),
  [`charts/${name}/templates/none.yaml`]: '',
});

const umbrella: Record<string, string> = {
  ...chartFiles(),
  'Chart.yaml':
    'apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- {name: wanted, version: 1.0.0, condition: wanted.enabled}\n- {name: unwanted, version: 1.0.0, condition: unwanted.enabled}\n',
  ...sub('wanted'),
  ...sub('unwanted'),
  'crds/settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: stray}\n',
};

test.before(async () => {
  world = await createWorld();
  charts = await createCharts(world, {
    ...Object.assign({}, ...Object.keys(cases).map((_, number) => chartsOf(number))),
    umbrella,
  });
});
test.after(() => world.close());

const settled = (ref: string, what = 'to be settled', holds: (object: Live) => boolean = () => true) =>
  world.until(ref, what, (object) => isSettled(object) && holds(object), patienceMs);
/** The first word of its short name, which is not the only one in its group. */
async function formOf(plural: string, number: number): Promise<string | undefined> {
  const object = await world.find(`CustomResourceDefinition/${plural}.${groupOf(number)}`);
  const name = at(object, 'spec', 'names', 'shortNames', 0);
  return typeof name === 'string' ? name.split('-')[0] : undefined;
}

const policies = ({ install, upgrade }: Case): Partial<HelmRelease['spec']> => ({
  ...(install ? { install: { crds: install } } : {}),
  ...(upgrade ? { upgrade: { crds: upgrade } } : {}),
});

async function keeps(number: number, each: Case): Promise<void> {
  const { ref, namespace, change } = await charts.release({
    chart: charts.chart(`old-${number}`),
    ...policies(each),
  });
  await settled(ref);
  assert.is(await formOf('firsts', number), each.installed);
  await change({ chart: charts.chart(`new-${number}`) });
  await settled(ref, 'to be upgraded', (object) => historyOf(object).length === 2);
  assert.equal([await formOf('firsts', number), await formOf('seconds', number)], each.upgraded);
  if (each.installed) {
    const { labels } = (await world.get(`CustomResourceDefinition/firsts.${groupOf(number)}`)).metadata;
    assert.is(labels?.['helm.toolkit.fluxcd.io/name'], 'app');
    assert.is(labels?.['helm.toolkit.fluxcd.io/namespace'], namespace);
  }
  await world.delete(ref);
  await world.gone(ref, patienceMs);
  assert.is(await formOf('firsts', number), each.upgraded[0], 'definitions stay');
}

concurrently({
  ...Object.fromEntries(
    Object.entries(cases).map(([what, each], number) => [what, () => keeps(number, each)]),
  ),

  'definitions of a subchart come only with it; what is no definition is left out, and said': async () => {
    const { ref, of, change } = await charts.release({
      chart: charts.chart('umbrella'),
      values: { unwanted: { enabled: false } },
    });
    const object = await settled(ref);
    const found = (plural: string) =>
      world.find(`CustomResourceDefinition/${plural}.subcharts.scenarios.example.com`);
    assert.ok(await found('wanted'));
    assert.is(await found('unwanted'), undefined);
    const ids = object.status?.inventory?.entries.map(({ id }) => id).join() ?? '';
    assert.match(ids, /_wanted\.subcharts/);
    assert.not.match(ids, /_unwanted\.subcharts/);
    assert.is(await world.find(of('ConfigMap', 'stray')), undefined);
    assert.match(
      await world.host.logs(),
      /ignoring what is no CustomResourceDefinition in the chart's crds\/ directory: ConfigMap\/stray/,
    );
    await change({ values: { unwanted: { enabled: true } } });
    await settled(ref, 'to have the other', (each) => historyOf(each).length === 2);
    assert.ok(await found('unwanted'));
  },
});

test.run();
