import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createInspections } from './inspections.ts';

const answer = (name: string) => ({ metadata: { name }, dependencies: [], values: {}, crds: [] });

test('what a chart says of itself is known by its content, until another plugin reads charts', () => {
  let plugin: { digest: string } | undefined = { digest: 'sha256:a' };
  const inspections = createInspections({ find: () => plugin });
  const chart = { dir: '/somewhere', chart: 'app', digest: 'sha256:1' };
  assert.is(inspections.recall(chart), undefined);
  inspections.remember(chart, answer('app'));
  assert.is(inspections.recall({ ...chart, dir: '/elsewhere' })?.metadata['name'], 'app');
  assert.is(inspections.recall({ ...chart, digest: 'sha256:2' }), undefined);
  assert.is(inspections.recall({ ...chart, chart: 'other' }), undefined);
  plugin = { digest: 'sha256:b' };
  assert.is(inspections.recall(chart), undefined);
  plugin = undefined;
  assert.is(inspections.recall(chart), undefined);
});

test('a chart whose content has no digest is read each time', () => {
  const inspections = createInspections({
    find: () => ({ digest: 'sha256:a' }),
  });
  const chart = { dir: '/somewhere', chart: '' };
  inspections.remember(chart, answer('app'));
  assert.is(inspections.recall(chart), undefined);
});

test.run();
