import type { HelmChart } from '@flux-host/crds/source/helm-chart.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { thrownBy } from '../../errors/testing.ts';
import { effectiveValuesFiles, versionMetadata, withMetadata } from './version.ts';

const chart = (spec: Partial<HelmChart['spec']>): HelmChart => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'HelmChart',
  metadata: { name: 'app', generation: 7 },
  spec: { chart: 'app', interval: '1m', sourceRef: { kind: 'Bucket', name: 'apps' }, ...spec },
});
const hex = 'f3b1c0ffee99ab12cd34';

test('a version says which revision of its source it is of, where every revision counts', () => {
  const revision = chart({ reconcileStrategy: 'Revision' });
  assert.is(versionMetadata(revision, `main@sha1:${hex}`), 'f3b1c0ffee99');
  assert.is(versionMetadata(revision, `sha256:${hex}`), 'f3b1c0ffee99');
  assert.is(versionMetadata(chart({}), `sha256:${hex}`), '');
  assert.is(versionMetadata(chart({ valuesFiles: ['a.yaml'] })), '7');
  const both = chart({ reconcileStrategy: 'Revision', valuesFiles: ['a.yaml'] });
  assert.is(versionMetadata(both, `sha256:${hex}`), 'f3b1c0ffee99.7');
});

test('values.yaml alone changes nothing, however it is written', () => {
  for (const file of ['values.yaml', './values.yaml', 'a/../values.yaml'])
    assert.equal(effectiveValuesFiles(chart({ valuesFiles: [file] }).spec), []);
  assert.equal(effectiveValuesFiles(chart({ valuesFiles: ['values.yaml', 'b.yaml'] }).spec).length, 2);
});

test('metadata takes the place of what a version has', () => {
  assert.is(withMetadata('1.2.3', ''), '1.2.3');
  assert.is(withMetadata('1.2.3-rc.1+old', '5'), '1.2.3-rc.1+5');
  assert.is(withMetadata('v1.2', '5'), '1.2.0+5');
  assert.match(thrownBy(() => withMetadata('newest', '5')).message, 'no semantic version');
});

test.run();
