import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { workplace } from '../../testing/plugin.ts';

const home = workplace();
test.after(() => home.remove());

test('the flags become a HelmRepository', async () => {
  const { out, err, code } = await home.flux(
    'create source helm charts --url=oci://registry.example.com/charts --interval=5m --fetch-timeout=30s ' +
      '--secret-ref=login --pass-credentials --oci-provider=aws --label=team=a -n apps --export',
  );
  assert.is(code, 0, err);
  assert.is(
    out,
    `---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  labels:
    team: a
  name: charts
  namespace: apps
spec:
  interval: 5m0s
  passCredentials: true
  provider: aws
  secretRef:
    name: login
  timeout: 30s
  type: oci
  url: oci://registry.example.com/charts
`,
  );
});

test('the flags become a HelmChart', async () => {
  const { out, err, code } = await home.flux(
    'create source chart app --source=helmrepository/charts --chart=app --chart-version=1.x --interval=5m ' +
      '--reconcile-strategy=Revision --verify-provider=cosign --verify-secret-ref=keys -n apps --export',
  );
  assert.is(code, 0, err);
  assert.match(err, '✚ generating HelmChart source');
  assert.is(
    out,
    `---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmChart
metadata:
  name: app
  namespace: apps
spec:
  chart: app
  interval: 5m0s
  reconcileStrategy: Revision
  sourceRef:
    kind: HelmRepository
    name: charts
  verify:
    provider: cosign
    secretRef:
      name: keys
  version: 1.x
`,
  );
});

/** What users get wrong, and what they are told. */
const wrong: Record<string, RegExp> = {
  helm: /name is required/,
  'helm charts': /url is required/,
  'helm charts --url=git://example.com/charts': /url scheme 'git' not supported, can be: http, https and oci/,
  'helm charts --url=nowhere': /url parse failed/,
  'chart app --source=helmrepository/a': /chart name or path is required/,
  'chart app --chart=a': /chart source is required/,
  'chart app --chart=a --source=foobar/a':
    /invalid argument "foobar\/a" for "--source" flag: source kind 'foobar' is not supported, must be one of: HelmRepository, GitRepository, Bucket/,
  'chart app --chart=a --source=Bucket/a --verify-provider=foobar':
    /invalid argument "foobar" for "--verify-provider" flag: source OCI verify provider 'foobar' is not supported, must be one of: cosign/,
  'chart app --chart=a --source=Bucket/a --verify-secret-ref=x':
    /a verification provider must be specified when a secret is specified/,
  'chart app --chart=a --source=Bucket/a --reconcile-strategy=Never': /invalid reconcile strategy/,
};

test('what is wrong with the flags is said in Flux’s words', async () => {
  for (const [flags, message] of Object.entries(wrong)) {
    const { err, code } = await home.flux(`create source ${flags} --export`);
    assert.is(code, 1, flags);
    assert.match(err, message);
  }
});

test.run();
