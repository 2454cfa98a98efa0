import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type App, configMap, createApp, kustomization } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';

const files = { 'one.yaml': configMap('one') };
const check = { apiVersion: 'v1', kind: 'ConfigMap' };

let world: World;
/** Fails after 30 s, the shortest timeout that there is; meanwhile the other tests run. */
let notBool: App;
test.before(async () => {
  world = await createWorld();
  notBool = await createApp(world, {
    files,
    spec: { wait: true, timeout: '30s', healthCheckExprs: [{ ...check, current: '1 + 1' }] },
  });
});
test.after(() => world.close());

/** Waits until nothing but a change of the object can help. @returns the message */
async function stalled(ref: string, reason: string): Promise<string> {
  const object = await world.until(ref, `to be stalled with ${reason}`, (live) =>
    ['Stalled', 'Ready'].every((type) => condition(live, type)?.reason === reason),
  );
  assert.is(object.status?.observedGeneration, object.metadata.generation);
  return condition(object, 'Ready')?.message ?? '';
}

const expressions: [string, string, RegExp][] = [
  ['does not compile', 'data.', /failed to parse the CEL expression 'data\.': .*Syntax error/s],
  ['gives a text', "'yes'", /CEL expression output type mismatch: expected bool, got string/],
  ['gives a number', '1 + 1', /CEL expression output type mismatch: expected bool, got int/],
];
for (const [what, expression, message] of expressions) {
  test(`a readyExpr that ${what} stalls its Kustomization with the reason`, async () => {
    const app = await createApp(world, { files, sourceOnly: true });
    const dependsOn = [{ name: 'base', readyExpr: expression }];
    await world.apply(
      kustomization(app.namespace, { name: 'base' }),
      kustomization(app.namespace, { dependsOn }),
    );
    assert.match(await stalled(app.kustomization, 'InvalidCELExpression'), message);
    await world.patch(app.kustomization, { spec: { dependsOn: null } });
    await world.ready(app.kustomization);
  });
}

test('a health check that does not compile stalls its Kustomization before anything is applied', async () => {
  const app = await createApp(world, {
    files,
    spec: { wait: true, healthCheckExprs: [{ ...check, current: 'data.' }] },
  });
  const text = await stalled(app.kustomization, 'InvalidCELExpression');
  assert.match(
    text,
    /^Reconciliation failed terminally due to configuration error: .*healthchecks\[0\].*Syntax error/s,
  );
  assert.is(await world.find(app.ref('ConfigMap', 'one')), undefined);
});

test('a health check that gives no bool is told after the timeout, as it may depend on the object', async () => {
  const { message } = await world.failed(notBool.kustomization, 'HealthCheckFailed', /./, 90_000);
  assert.match(
    message,
    /timeout waiting for: \[ConfigMap\/.*\/one status: 'Unknown': failed to evaluate CEL expression as boolean: '1 \+ 1'\]/,
  );
});

test('a variable that is not set is named, with the object that wants it', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one', { text: `$\{region}` }) },
    spec: { postBuild: { substitute: { other: 'x' } } },
  });
  await world.failed(
    app.kustomization,
    'BuildFailed',
    /post build failed for 'ConfigMap\/.*one': .*variable not set \(strict mode\): "region".*hint: add the variable/s,
  );
});

test('the name of a variable that is none is named', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one', { text: `$\{a}` }) },
    spec: { postBuild: { substitute: { 'not-a-name': 'x', a: 'b' } } },
  });
  await world.failed(app.kustomization, 'BuildFailed', /'not-a-name' var name is invalid/);
});

const missing: [string, object, string, RegExp][] = [
  [
    'variables',
    { postBuild: { substituteFrom: [{ kind: 'Secret', name: 'nobody' }] } },
    'BuildFailed',
    /^substitute from 'Secret\/nobody' error: secrets "nobody" not found \(hint: create Secret nobody/,
  ],
  [
    'keys of SOPS',
    { decryption: { provider: 'sops', secretRef: { name: 'nobody' } } },
    'BuildFailed',
    /Secret '.*\/nobody': .*secrets "nobody" not found/,
  ],
  [
    'a kubeconfig',
    { kubeConfig: { secretRef: { name: 'nobody' } } },
    'ReconciliationFailed',
    /^unable to read KubeConfig secret '.*\/nobody' error: secrets "nobody" not found/,
  ],
];
for (const [what, spec, reason, message] of missing) {
  test(`a Secret with ${what} that is not there is named`, async () => {
    const app = await createApp(world, { files, spec: { retryInterval: '1h', ...spec } });
    await world.failed(app.kustomization, reason, message);
  });
}

test('an account without rights: verb, resource, account and namespace are in the message', async () => {
  const app = await createApp(world, { files, spec: { serviceAccountName: 'default' } });
  await world.failed(
    app.kustomization,
    'ReconciliationFailed',
    new RegExp(
      `User "system:serviceaccount:${app.namespace}:default" cannot patch resource "configmaps" .*"${app.namespace}"`,
    ),
  );
});

test('an account that does not exist is refused like one without rights', async () => {
  const app = await createApp(world, { files, spec: { serviceAccountName: 'nobody' } });
  await world.failed(
    app.kustomization,
    'ReconciliationFailed',
    new RegExp(`User "system:serviceaccount:${app.namespace}:nobody" cannot`),
  );
});

test('to decrypt as an account needs the gate, which is named', async () => {
  const app = await createApp(world, {
    files,
    spec: { decryption: { provider: 'sops', serviceAccountName: 'nobody' } },
  });
  assert.match(
    await stalled(app.kustomization, 'FeatureGateDisabled'),
    /spec\.decryption\.serviceAccountName .*ObjectLevelWorkloadIdentity feature gate/,
  );
});

test('a source in another kind than there are is refused by the API server already', async () => {
  const namespace = await world.cluster.namespace('kinds');
  const object = { ...kustomization(namespace) };
  Reflect.set(object.spec.sourceRef, 'kind', 'HelmRepository');
  let refusal = '';
  await world.apply(object).catch((error: unknown) => {
    refusal = String(error);
  });
  assert.match(refusal, /spec\.sourceRef\.kind: Unsupported value: "HelmRepository"/);
});

test('a dependency that is not there is named as the API server would', async () => {
  const app = await createApp(world, { files, spec: { dependsOn: [{ name: 'nobody' }] } });
  await world.failed(
    app.kustomization,
    'DependencyNotReady',
    /^dependency '.*\/nobody' not found: kustomizations\.kustomize\.toolkit\.fluxcd\.io "nobody" not found$/,
  );
  const [told] = (await world.events(app.kustomization)).filter(
    (event) => event['reason'] === 'DependencyNotReady',
  );
  assert.is(told?.['message'], 'Dependencies do not meet ready condition, retrying in 30s');
});

test('who waits for a source says so in the condition, and tells nobody', async () => {
  const app = await createApp(world, { files, sourceOnly: true });
  await world.apply(
    kustomization(app.namespace, { name: 'early', sourceRef: { kind: 'GitRepository', name: 'late' } }),
  );
  const ref = app.ref('Kustomization', 'early');
  await world.failed(ref, 'ArtifactFailed', /GitRepository\/.*\/late' not found/);
  assert.equal(await world.events(ref), []);
});

test.run();
