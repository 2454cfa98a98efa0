import { type FluxResult, flux } from '@flux-host/cli/testing/flux.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createWorld, type World } from '../harness.ts';
import { createReleasedApp, type ReleasedApp } from '../helm/release.ts';

let world: World;
let app: ReleasedApp;

const settings =
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  colour: {{ .Values.colour }}\n  token: {{ .Values.token | quote }}\n';

test.before(async () => {
  world = await createWorld();
  app = await createReleasedApp(world, { files: { 'chart/templates/settings.yaml': settings } });
  await world.ready(app.ref);
});
test.after(() => world.close());

function diff(line = ''): Promise<FluxResult> {
  const words = ['diff', 'hr', 'app', '-n', app.namespace, ...line.split(' ').filter(Boolean)];
  return flux(words, { kubeconfig: world.cluster.kubeconfig });
}

test('a release that is as it should be makes no difference', async () => {
  const { code, all } = await diff();
  assert.is(all, '');
  assert.is(code, 0);
});

test.run();
