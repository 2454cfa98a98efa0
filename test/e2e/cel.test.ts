import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp, kustomization } from './app.ts';
import { createWorld, type World } from './harness.ts';
import { condition } from './live.ts';

let world: World;
test.before(async () => {
  // Without events a dependant would be looked at again after 10 minutes.
  world = await createWorld({ flags: ['--requeue-dependency=10m'] });
});
test.after(() => world.close());

/** A kind whose health nobody knows. */
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'claims.cel.example.com' },
  spec: {
    group: 'cel.example.com',
    scope: 'Namespaced',
    names: { kind: 'Claim', plural: 'claims', singular: 'claim' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    ],
  },
};

const claim = JSON.stringify({ apiVersion: 'cel.example.com/v1', kind: 'Claim', metadata: { name: 'db' } });

const healthCheckExprs = [
  {
    apiVersion: 'cel.example.com/v1',
    kind: 'Claim',
    inProgress: "status.phase == 'Creating'",
    failed: "status.phase == 'Broken'",
    current:
      "status.phase == 'Bound' && status.conditions.exists(c, c.type == 'Usable' && c.status == 'True')",
  },
];

const gvkOfClaim = { group: 'cel.example.com', version: 'v1', kind: 'Claim' };

async function createClaim(timeout: string) {
  await world.apply(definition);
  await world.eventually({ what: 'Claims to be served' }, () =>
    world.client.resourceFor(gvkOfClaim).then(
      () => true,
      () => false,
    ),
  );
  return createApp(world, {
    files: { 'claim.yaml': claim },
    spec: { wait: true, timeout, retryInterval: '1h', healthCheckExprs },
  });
}

/** Does what the controller of the claim `db` would do. */
async function report(namespace: string, status: object): Promise<void> {
  const resource = await world.client.resourceFor(gvkOfClaim);
  const options = { type: 'merge', subresource: 'status' } as const;
  await world.client.patch(resource, { namespace, name: 'db' }, { status }, options);
}

const checking = (object: Parameters<typeof condition>[0]) =>
  condition(object, 'Reconciling')?.message.startsWith('Running health checks') ?? false;

test('an object is healthy when its expression says so', async () => {
  const app = await createClaim('10m');
  await world.until(app.kustomization, 'to check health', checking);
  await report(app.namespace, { phase: 'Creating' });
  await report(app.namespace, { phase: 'Bound', conditions: [] });
  assert.is(condition(await world.get(app.kustomization), 'Ready')?.status, 'Unknown');
  await report(app.namespace, { conditions: [{ type: 'Usable', status: 'True' }] });
  const ready = await world.ready(app.kustomization, await app.revision());
  assert.is(condition(ready, 'Healthy')?.status, 'True');
});

test('an expression for failure ends the wait at once', async () => {
  const app = await createClaim('10m');
  await world.until(app.kustomization, 'to check health', checking);
  await report(app.namespace, { phase: 'Broken' });
  await world.failed(
    app.kustomization,
    'HealthCheckFailed',
    new RegExp(`failed early due to stalled resources: \\[Claim/${app.namespace}/db status: 'Failed'\\]`),
  );
});

test('a field that never comes is told after the timeout', async () => {
  const app = await createClaim('30s');
  const failure = await world.failed(
    app.kustomization,
    'HealthCheckFailed',
    /timeout waiting for: \[Claim\/.*\/db status: 'Unknown'/,
    60_000,
  );
  assert.match(
    failure.message,
    "failed to evaluate the CEL expression 'status.phase == 'Creating'': no such attribute(s): status.phase",
  );
});

test('a wrong expression stalls the Kustomization before anything is applied, until it is corrected', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { wait: true, healthCheckExprs: [{ apiVersion: 'v1', kind: 'Pod', current: 'status.' }] },
  });
  const failure = await world.failed(
    app.kustomization,
    'InvalidCELExpression',
    /^Reconciliation failed terminally due to configuration error: .*healthchecks\[0\]: failed to parse the expression Current/,
  );
  assert.match(failure.message, "<input>:1:8: Syntax error: no viable alternative at input '.'");
  const object = await world.get(app.kustomization);
  assert.is(condition(object, 'Stalled')?.reason, 'InvalidCELExpression');
  assert.is(object.status?.observedGeneration, object.metadata.generation);
  assert.is(await world.find(app.ref('ConfigMap', 'one')), undefined);
  await world.patch(app.kustomization, { spec: { healthCheckExprs: null } });
  const ready = await world.ready(app.kustomization);
  assert.is(condition(ready, 'Stalled'), undefined);
});

const folders = { 'first/a.yaml': configMap('a'), 'second/b.yaml': configMap('b') };
const byVersion = 'self.metadata.annotations["app/version"] == dep.metadata.annotations["app/version"]';

test('a dependant goes on when the expression over its dependency turns true, also while that is suspended', async () => {
  const app = await createApp(world, { files: folders, sourceOnly: true });
  const annotate = (name: string, version: string) =>
    world.patch(app.ref('Kustomization', name), { metadata: { annotations: { 'app/version': version } } });
  await world.apply(kustomization(app.namespace, { name: 'first', path: './first', suspend: true }));
  const second = kustomization(app.namespace, {
    name: 'second',
    path: './second',
    dependsOn: [{ name: 'first', readyExpr: byVersion }],
  });
  second.metadata.annotations = { 'app/version': 'v2' };
  await world.apply(second);
  const ref = app.ref('Kustomization', 'second');
  await world.failed(
    ref,
    'DependencyNotReady',
    /failed to evaluate the CEL expression .*: no such key: annotations/,
  );
  await annotate('first', 'v1');
  await world.failed(
    ref,
    'DependencyNotReady',
    /dependency '.*\/first' is not ready according to readyExpr eval/,
  );
  assert.is(await world.find(app.ref('ConfigMap', 'b')), undefined);
  await annotate('first', 'v2');
  await world.ready(ref);
  assert.ok(await world.find(app.ref('ConfigMap', 'b')));
});

test('a wrong readyExpr stalls the dependant and names the variable', async () => {
  const app = await createApp(world, { files: folders, sourceOnly: true });
  await world.apply(
    kustomization(app.namespace, { name: 'first', path: './first' }),
    kustomization(app.namespace, {
      name: 'second',
      path: './second',
      dependsOn: [{ name: 'first', readyExpr: 'self.metadata.generation == deps.metadata.generation' }],
    }),
  );
  const ref = app.ref('Kustomization', 'second');
  await world.failed(ref, 'InvalidCELExpression', /undeclared reference to 'deps'/);
  assert.is(condition(await world.get(ref), 'Stalled')?.reason, 'InvalidCELExpression');
});

test('with the gate AdditiveCELDependencyCheck a dependency has to be ready as well', async () => {
  await world.stopHosts();
  await world.startHost({ flags: ['--feature-gates=AdditiveCELDependencyCheck=true'] });
  const app = await createApp(world, { files: folders, sourceOnly: true });
  await world.apply(
    kustomization(app.namespace, { name: 'first', path: './first', suspend: true }),
    kustomization(app.namespace, {
      name: 'second',
      path: './second',
      dependsOn: [{ name: 'first', readyExpr: "dep.metadata.name == 'first'" }],
    }),
  );
  const ref = app.ref('Kustomization', 'second');
  await world.failed(ref, 'DependencyNotReady', /dependency '.*\/first' is not ready( |$)/);
  await world.patch(app.ref('Kustomization', 'first'), { spec: { suspend: false } });
  await world.ready(ref);
});

test.run();
