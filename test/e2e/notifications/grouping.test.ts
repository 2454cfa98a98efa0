import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { alert, createStage, event, post, receivedFor, type Stage } from './stage.ts';

let stage: Stage;
test.before(async () => {
  // Nobody reconciles the objects of these tests: their status is what the tests say it is.
  stage = await createStage({ flags: ['--components=notification-controller'] });
});
test.after(() => stage.close());

const sources = (['GitRepository', 'HelmRepository', 'Kustomization'] as const).map((kind) => ({
  kind,
  name: '*',
}));

async function grouped(group: NonNullable<Alert['spec']['group']>): Promise<string> {
  const { world } = stage;
  const namespace = await stage.namespace();
  await world.apply(
    alert(namespace, { eventSources: sources, eventSeverity: 'error', group }),
    alert(namespace, { eventSources: [{ kind: 'Bucket', name: '*' }] }, 'warm-up'),
  );
  await world.eventually({ what: 'the Alerts to be known' }, async () => {
    await post(world, failure(namespace, 'Bucket', 'warm-up', `${Math.random()}`));
    return receivedFor(stage.service, namespace).length > 0;
  });
  return namespace;
}

const specs: Readonly<Record<string, (name: string) => KubeObject['spec']>> = {
  GitRepository: (name) => ({ url: `https://git.example.com/${name}.git`, interval: '1h' }),
  HelmRepository: (name) => ({ url: `https://${name}.example.com/charts`, interval: '1h' }),
  Kustomization: (name) => ({
    interval: '1h',
    prune: false,
    sourceRef: { kind: 'GitRepository', name: `repo-${name}` },
  }),
};

async function create(namespace: string, kind: string, name: string, spec: object = {}): Promise<string> {
  const group = kind === 'Kustomization' ? 'kustomize' : 'source';
  await stage.world.apply({
    apiVersion: `${group}.toolkit.fluxcd.io/v1`,
    kind,
    metadata: { name, namespace },
    spec: { ...Object(specs[kind]?.(name)), ...spec },
  });
  const ref = `${kind}/${namespace}/${name}`;
  await setReady(ref, false);
  return ref;
}

const setReady = (ref: string, isReady: boolean) =>
  stage.world.patch(
    ref,
    {
      status: {
        conditions: [
          {
            type: 'Ready',
            status: isReady ? 'True' : 'False',
            reason: 'Test',
            message: '',
            lastTransitionTime: new Date().toISOString(),
          },
        ],
      },
    },
    'status',
  );

function failure(namespace: string, kind: string, name: string, message: string, reason = 'Failed') {
  const group = kind === 'Kustomization' ? 'kustomize' : 'source';
  const involvedObject = { apiVersion: `${group}.toolkit.fluxcd.io/v1`, kind, namespace, name };
  return event(namespace, name, { involvedObject, message, reason });
}

const told = (namespace: string) =>
  receivedFor(stage.service, namespace).filter(({ alert: { name } }) => name === 'alert');

const until = (namespace: string, count: number) =>
  stage.world.eventually(
    { what: `${count} messages`, timeoutMs: 60_000, state: () => JSON.stringify(told(namespace)) },
    () => told(namespace).length >= count,
  );

const toldOf = (namespace: string, pattern: RegExp) =>
  stage.world.eventually(
    { what: String(pattern), timeoutMs: 60_000, state: () => JSON.stringify(told(namespace)) },
    () => told(namespace).some(({ event: { message } }) => pattern.test(message)),
  );

const dns = (host: string) => `dial tcp: lookup ${host} on 10.96.0.10:53: no such host`;

test('one DNS failure that breaks 23 objects of three kinds is one message, with one when it is over', async () => {
  const { world } = stage;
  const namespace = await grouped({ wait: '5s' });
  const refs: string[] = [];
  for (let n = 0; n < 23; n += 1) {
    const kind = n % 2 === 0 ? 'GitRepository' : 'HelmRepository';
    refs.push(await create(namespace, kind, `app-${n}`));
  }
  for (const ref of refs) {
    const [kind = '', , name = ''] = ref.split('/');
    const message =
      kind === 'GitRepository'
        ? `failed to checkout: unable to clone 'https://git.example.com/${name}.git': ${dns('git.example.com')}`
        : `failed to fetch the index: Get "https://${name}.example.com/charts/index.yaml": ${dns(`${name}.example.com`)}`;
    assert.is(await post(world, failure(namespace, kind, name, message)), 202);
  }
  await until(namespace, 1);
  const [first] = told(namespace);
  assert.match(
    first?.event.message ?? '',
    /^23 objects failed: names cannot be resolved \(.*no such host\)\n/,
  );
  assert.match(first?.event.message ?? '', /\n- GitRepository\/[\w-]+\/app-0: failed to checkout/);
  assert.match(first?.event.message ?? '', /\n- and 3 more$/);
  assert.is(first?.event.metadata?.['objects'], '23');
  for (const ref of refs.slice(1)) await setReady(ref, true);
  const last = refs[0] ?? '';
  const good = (message: string) => ({
    ...failure(namespace, 'GitRepository', 'app-0', message),
    severity: 'info',
  });
  await post(world, good('one of them is late'));
  await setReady(last, true);
  await post(world, good('stored artifact'));
  await until(namespace, 2);
  const [, second, ...more] = told(namespace);
  assert.is(second?.event.severity, 'info');
  assert.match(
    second?.event.message ?? '',
    /^23 objects are ready again after \d+s: names cannot be resolved/,
  );
  assert.equal(second?.event.involvedObject, first?.event.involvedObject, 'so that an incident is resolved');
  assert.equal(more, []);
});

test('who waits for a failed object is part of its failure, whatever comes first', async () => {
  const { world } = stage;
  const namespace = await grouped({ wait: '5s' });
  await create(namespace, 'GitRepository', 'repo-base');
  await create(namespace, 'Kustomization', 'base');
  await create(namespace, 'Kustomization', 'web', { dependsOn: [{ name: 'base' }] });
  const waits = (on: string) => `dependency '${namespace}/${on}' is not ready`;
  await post(world, failure(namespace, 'Kustomization', 'web', waits('base'), 'DependencyNotReady'));
  const source = `Source 'GitRepository/${namespace}/repo-base' is not ready`;
  await post(world, failure(namespace, 'Kustomization', 'base', source, 'ArtifactFailed'));
  await post(world, failure(namespace, 'GitRepository', 'repo-base', 'authentication required'));
  await until(namespace, 1);
  const [only] = told(namespace);
  assert.match(only?.event.message ?? '', /^3 objects failed: authentication required/);
  assert.is(only?.event.involvedObject.kind, 'GitRepository', 'it is about the one that is to blame');
});

test('other causes are other messages, and one object alone is told as it came', async () => {
  const { world } = stage;
  const namespace = await grouped({ wait: '1s' });
  await create(namespace, 'Kustomization', 'one');
  await create(namespace, 'Kustomization', 'two');
  const broken = failure(
    namespace,
    'Kustomization',
    'one',
    'kustomize build failed: no such file',
    'BuildFailed',
  );
  await post(world, broken);
  await post(
    world,
    failure(namespace, 'Kustomization', 'two', 'Deployment/x is invalid', 'ReconciliationFailed'),
  );
  await until(namespace, 2);
  const texts = told(namespace).map((each) => each.event.message);
  assert.equal(texts.toSorted(), ['Deployment/x is invalid', 'kustomize build failed: no such file']);
});

test('what is over before the first message was due is one message', async () => {
  const { world } = stage;
  const namespace = await grouped({ wait: '5s' });
  const ref = await create(namespace, 'Kustomization', 'blip');
  await post(world, failure(namespace, 'Kustomization', 'blip', 'a blip'));
  await setReady(ref, true);
  await until(namespace, 1);
  assert.match(told(namespace)[0]?.event.message ?? '', /blip failed and is ready again after \d+s: a blip$/);
});

test('a group goes on after a kill -9: new failures join it, and its end is told', async () => {
  const { world, dir } = stage;
  const namespace = await grouped({ wait: '1s', interval: '2s' });
  const refs = [
    await create(namespace, 'GitRepository', 'a'),
    await create(namespace, 'GitRepository', 'b'),
    await create(namespace, 'GitRepository', 'c'),
  ];
  const refused = (name: string) =>
    failure(
      namespace,
      'GitRepository',
      name,
      `Get "https://git.example.com/${name}": dial tcp 192.0.2.7:443: connect: connection refused`,
    );
  await post(world, refused('a'));
  await post(world, refused('b'));
  await until(namespace, 1);
  assert.match(
    told(namespace)[0]?.event.message ?? '',
    /^2 objects failed: git.example.com: the connection was refused/,
  );
  await world.host.kill();
  await world.startHost({
    dir,
    pluginDirs: [`${dir}/../plugins`],
    flags: ['--components=notification-controller'],
  });
  await post(world, refused('c'));
  // Killed before it could note that it was sent, the first message may come twice.
  await toldOf(namespace, /^1 more of 3 objects failed: git.example.com.*\n- .*\/c: /);
  for (const ref of refs) await setReady(ref, true);
  await toldOf(namespace, /^3 objects are ready again after/);
  const others = told(namespace).filter(({ event: { message } }) => !/^(1 more of|3 objects)/.test(message));
  assert.ok(others.every(({ event: { message } }) => message === others[0]?.event.message));
});

test.run();
