import { toCustomResourceDefinition } from '@flux-host/crds/crd.ts';
import { GitRepository, Kustomization } from '@flux-host/crds/index.ts';
import { test } from 'uvu';
import { configMap, createApp } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { logged } from './webhook.ts';

let world: World;
test.before(async () => {
  world = await createWorld({ withoutHost: true, withoutDefinitions: true });
});
test.after(() => world.close());

test('in a cluster without the kind everything else works', async () => {
  for (const kind of [GitRepository, Kustomization]) await world.apply(toCustomResourceDefinition(kind));
  await world.startHost();
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(app.kustomization);
  await logged(world, /"kind":"Receiver","msg":"kind is not installed/);
});

test.run();
