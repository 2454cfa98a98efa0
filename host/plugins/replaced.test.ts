import type { PluginRequests } from '@flux-host/sdk/contract/manifest.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rejection } from '../sandbox/testing/rejects.ts';
import { grantsOfRequests } from './grants.ts';
import { answering, entryOf, openWorkshop, probeWith, use, well, withTwo } from './testing.ts';

const workshop = await openWorkshop();
const { started, moduleOf } = workshop;
const test = suite('modules that are replaced');

test.after(() => workshop.close());

test('a new module takes over between two calls; a call that runs ends on the old one', async () => {
  const requests: PluginRequests = {};
  const plugins = await started();
  const old = await moduleOf(probeWith(requests));
  const entry = entryOf({ grants: grantsOfRequests(old.manifest), module: old });
  const told: string[] = [];
  plugins.onChange((kind, type) => told.push(`${kind}/${type}`));
  plugins.install(entry);
  const running = plugins.call(use('sleep', { millis: 500 }));
  const next = await moduleOf(await answering('2.0.0', well));
  plugins.install({ ...entry, module: next });
  const second = await plugins.call(use('build'));
  assert.is(second.digest, next.digest);
  const first = await running;
  assert.is(first.digest, old.digest);
  assert.is(first.output, 'slept');
  assert.equal(told, ['builder/probe', 'builder/probe']);
});

test('the instances of a module that was replaced are let go', async () => {
  const plugins = await started();
  const module = await moduleOf(probeWith({}));
  const next = await moduleOf(await answering('2.0.0', well));
  const entry = entryOf({ grants: grantsOfRequests(module.manifest) });
  const count = async () => (await plugins.call(use('counter'))).output;
  plugins.install({ ...entry, module });
  assert.equal([await count(), await count()], [1, 2]);
  plugins.install({ ...entry, module: next });
  plugins.install({ ...entry, module });
  assert.is(await count(), 1, 'a fresh instance');
});

test('a new module that only breaks down is replaced by the one before it', async () => {
  const { plugins, old, next, upgrade } = await withTwo(workshop, [well, 'unreachable']);
  await plugins.call(use('build'));
  const rollbacks: unknown[] = [];
  plugins.onRollback(({ from, to, error }) => rollbacks.push([from, to, error.code]));
  upgrade();
  assert.not(plugins.state('probe').proven);
  for (let count = 0; count < 3; count += 1)
    await rejection(plugins.call(use('build')), 'FLUX_E_PLUGIN_TRAP');
  assert.is((await plugins.call(use('build'))).digest, old.digest);
  assert.equal(rollbacks, [[next.digest, old.digest, 'FLUX_E_PLUGIN_TRAP']]);
  assert.is(plugins.state('probe').digest, old.digest);
});

test('a module that has answered once is not rolled back', async () => {
  const { plugins, next, upgrade } = await withTwo(workshop, [well, well], { breaker: { threshold: 100 } });
  upgrade();
  await plugins.call(use('build'));
  assert.ok(plugins.state('probe').proven);
  for (let count = 0; count < 4; count += 1) await rejection(plugins.call(use('nope')), 'FLUX_E_PLUGIN_ABI');
  assert.is(plugins.state('probe').digest, next.digest);
});

test.run();
