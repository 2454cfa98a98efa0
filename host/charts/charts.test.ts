import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejectionOf } from '../errors/testing.ts';
import { createCharts } from './charts.ts';
import type { Charts } from './types.ts';

const dir = mkdtempSync(join(tmpdir(), 'flux-host-charts-'));
const limits = { indexBytes: 100_000_000, chartBytes: 1_000_000, fileBytes: 100_000 };
const open: Charts[] = [];
const chartsWith = (cache = { most: 2, ttlMs: 60_000, sweepMs: 10_000 }): Charts => {
  const charts = createCharts({ limits, cache });
  open.push(charts);
  return charts;
};
test.after.each(async () => {
  await Promise.all(open.splice(0).map((charts) => charts.close()));
});
test.after(() => rmSync(dir, { recursive: true }));

function index(name: string, versions: readonly string[] = ['1.0.0']) {
  const file = join(dir, `${name}.yaml`);
  const entries = versions.map((version) => `  - name: app\n    version: ${version}\n`).join('');
  writeFileSync(file, `apiVersion: v1\nentries:\n  app:\n${entries}`);
  return { file, digest: `sha256:${name}` };
}

test('an index is read once for all who ask, also at the same time', async () => {
  const charts = chartsWith();
  const one = index('one');
  const all = await Promise.all([1, 2, 3, 4].map(() => charts.select(one, 'app', '*')));
  assert.equal(all.map(({ isHit }) => isHit).sort(), [false, true, true, true]);
  rmSync(one.file);
  assert.is((await charts.select(one, 'app', '*')).found.version, '1.0.0');
});

test('only so many are kept, those that were used last', async () => {
  const charts = chartsWith({ most: 2, ttlMs: 60_000, sweepMs: 10_000 });
  const [one, two, three] = [index('a'), index('b'), index('c')];
  for (const each of [one, two, one, three]) await charts.index(each);
  const hits = [];
  for (const each of [one, three, two]) hits.push((await charts.select(each, 'app', '*')).isHit);
  assert.equal(hits, [true, true, false]);
});

test('a failure is not kept, and does not harm the others', async () => {
  const charts = chartsWith();
  const bad = index('bad');
  writeFileSync(bad.file, 'entries: {}\n');
  const failed = await rejectionOf(charts.index(bad));
  assert.is(failed.code, 'FLUX_E_CHART_INDEX');
  assert.is(failed.reason, 'IndexationFailed');
  writeFileSync(bad.file, 'apiVersion: v1\nentries: {}\n');
  assert.equal(await charts.index(bad), { charts: 0, versions: 0 });
  const none = await rejectionOf(charts.select(bad, 'app', '*'));
  assert.is(none.code, 'FLUX_E_CHART_NOT_FOUND');
  assert.ok(none.terminal);
});

test('100,000 versions are no burden', async () => {
  const charts = chartsWith();
  const versions = Array.from({ length: 100_000 }, (_, number) => `1.${number}.0`);
  const large = index('large', versions);
  assert.equal(await charts.index(large), { charts: 1, versions: 100_000 });
  assert.is((await charts.select(large, 'app', '<1.70000')).found.version, '1.69999.0');
});

test('closing ends what is under way', async () => {
  const charts = chartsWith();
  const versions = Array.from({ length: 50_000 }, (_, number) => `1.${number}.0`);
  const running = rejectionOf(charts.index(index('closing', versions)));
  await charts.close();
  assert.is((await running).code, 'FLUX_E_CHART_READER');
});

test.run();
