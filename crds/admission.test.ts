import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startCluster } from '../test/helpers/cluster.ts';
import { toCustomResourceDefinition } from './crd.ts';
import { GitRepository, kinds } from './index.ts';
import { crdName, type Kind } from './kind.ts';
import { type Api, connect } from './testing/api.ts';
import { collectionOf, objectOf } from './testing/sample.ts';
import { applierSamples } from './testing/samples/appliers.ts';
import { imageSamples } from './testing/samples/image.ts';
import { notificationSamples } from './testing/samples/notification.ts';
import { pluginSamples } from './testing/samples/plugin.ts';
import { sourceSamples } from './testing/samples/source.ts';

const samples = [
  ...sourceSamples,
  ...applierSamples,
  ...notificationSamples,
  ...imageSamples,
  ...pluginSamples,
];
const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

const cluster = await startCluster();
const test = suite<{ api: Api }>('a real API server');

test.before(async (context) => {
  context.api = connect(cluster.kubeconfig);
  for (const kind of kinds) {
    const { status, body } = await context.api.apply(
      `${crds}/${crdName(kind)}`,
      toCustomResourceDefinition(kind),
    );
    assert.ok(status < 300, `${kind.kind}: ${body['message']}`);
  }
  for (const kind of kinds) await served(context.api, kind);
});
test.after(() => cluster.stop());

/** Waits until the API server answers for the kind. */
async function served(api: Api, kind: Kind): Promise<void> {
  const deadline = Date.now() + 30_000;
  while ((await api.get(collectionOf(kind))).status !== 200) {
    if (Date.now() > deadline) throw new Error(`${kind.kind} is not served`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function valueAt(object: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      object,
    );
}

function conditionsOf(crd: unknown): Map<string, string> {
  const conditions = valueAt(crd, 'status.conditions');
  if (!Array.isArray(conditions)) return new Map();
  return new Map(conditions.map(({ type, status }) => [type, status]));
}

test('every kind has samples, good and bad', () => {
  assert.equal(samples.map(({ kind }) => kind.kind).toSorted(), kinds.map(({ kind }) => kind).toSorted());
  for (const { kind, good, bad } of samples) assert.ok(good.length > 0 && bad.length > 0, kind.kind);
});

for (const kind of kinds) {
  test(`establishes ${kind.kind} with nothing to complain about`, async ({ api }) => {
    const { body } = await api.get(`${crds}/${crdName(kind)}`);
    const conditions = conditionsOf(body);
    assert.is(conditions.get('Established'), 'True');
    assert.is(conditions.get('NamesAccepted'), 'True');
    assert.is.not(conditions.get('NonStructuralSchema'), 'True');
  });
}

for (const { kind, good, bad } of samples) {
  for (const { what, spec, defaults = {} } of good) {
    test(`accepts a ${kind.kind} with ${what}`, async ({ api }) => {
      const { status, body, warnings } = await api.create(
        collectionOf(kind),
        objectOf(kind, 'sample', spec),
        {
          dryRun: true,
        },
      );
      assert.is(status, 201, String(body['message']));
      assert.equal(warnings, []);
      for (const [path, value] of Object.entries(defaults)) {
        assert.equal(valueAt(body, `spec.${path}`), value, path);
      }
    });
  }
  for (const { what, spec, says } of bad) {
    test(`refuses a ${kind.kind} with ${what}`, async ({ api }) => {
      const { status, body } = await api.create(collectionOf(kind), objectOf(kind, 'sample', spec), {
        dryRun: true,
      });
      assert.is(status, 422, `accepted ${JSON.stringify(spec)}`);
      assert.ok(String(body['message']).includes(says), String(body['message']));
    });
  }
}

test('a field that nobody knows is dropped with a warning', async ({ api }) => {
  const spec = { url: 'https://git.example.com/app.git', interval: '1m', retries: 3 };
  const answer = await api.create(collectionOf(GitRepository), objectOf(GitRepository, 'sample', spec), {
    dryRun: true,
  });
  assert.ok(answer.warnings.some((warning) => warning.includes('unknown field')));
  assert.is(valueAt(answer.body, 'spec.retries'), undefined);
});

test('a new object shows that no controller has seen it', async ({ api }) => {
  const spec = { url: 'https://git.example.com/app.git', interval: '1m' };
  await api.create(collectionOf(GitRepository), objectOf(GitRepository, 'unseen', spec));
  const { body } = await api.get(`${collectionOf(GitRepository)}/unseen`);
  assert.is(valueAt(body, 'status.observedGeneration'), -1);
});

test('status has an endpoint of its own for kinds that have one, and only for them', async ({ api }) => {
  for (const { kind, good } of samples) {
    await api.create(collectionOf(kind), objectOf(kind, 'with-status', good[0]?.spec));
    const { status } = await api.get(`${collectionOf(kind)}/with-status/status`);
    assert.is(status, kind.status ? 200 : 404, kind.kind);
  }
});

test.run();
