import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { thrownBy } from '../../errors/testing.ts';
import { versionWithDigest } from './source.ts';

const digest = `sha256:0123456789ab${'c'.repeat(52)}`;
const oci = 'OCIRepository';
const external = 'ExternalArtifact';

const cases: readonly (readonly [chart: string, kind: string, revision: string, version: string])[] = [
  ['1.2.3', 'HelmChart', '1.2.3', '1.2.3'],
  ['1.2.3', oci, `1.2.3@${digest}`, '1.2.3+0123456789ab'],
  ['1.2.3', oci, `latest@${digest}`, '1.2.3+0123456789ab'],
  ['1.2.3', oci, digest, '1.2.3+0123456789ab'],
  ['1.2.3', external, digest, '1.2.3+0123456789ab'],
  ['1.2.3', external, '1.2.3', '1.2.3'],
  ['1.2.3-rc.1', oci, `1.2.3-rc.1@${digest}`, '1.2.3-rc.1+0123456789ab'],
  // Build metadata give way to the digest, `+` cannot stand in a tag, and Flux writes no `v`.
  ['1.2.3+build.7', oci, `1.2.3_build.7@${digest}`, '1.2.3+0123456789ab'],
  ['1.2', oci, `latest@${digest}`, '1.2.0+0123456789ab'],
  ['v1.2.3', oci, `v1.2.3@${digest}`, '1.2.3+0123456789ab'],
];

for (const [chart, kind, revision, version] of cases) {
  test(`version ${chart} of a chart of ${kind} ${revision} becomes ${version}`, () => {
    assert.is(versionWithDigest(chart, { kind, revision }, true).version, version);
    assert.is(versionWithDigest(chart, { kind, revision }, false).version, chart);
  });
}

test('the digest is told whether or not it is tracked', () => {
  for (const tracks of [true, false])
    assert.is(versionWithDigest('1.0.0', { kind: oci, revision: `1.0.0@${digest}` }, tracks).digest, digest);
  assert.is(versionWithDigest('1.0.0', { kind: external, revision: '1.0.0' }, true).digest, undefined);
});

test('a tag of another version is refused', () => {
  const error = thrownBy(() => versionWithDigest('1.0.0', { kind: oci, revision: `1.0.1@${digest}` }, true));
  assert.is(error.message, 'artifact revision 1.0.1 does not match chart version 1.0.0');
  assert.is(error.reason, 'ChartMutateError');
});

test.run();
