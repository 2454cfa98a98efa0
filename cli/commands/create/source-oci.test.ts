import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { workplace } from '../../testing/plugin.ts';

const home = workplace();
test.after(() => home.remove());

test('the flags become an OCIRepository', async () => {
  const { out, err, code } = await home.flux(
    'create source oci app --url=oci://registry.example.com/app --tag=1.0.0 --tag-semver=1.x --interval=10m --fetch-timeout=30s ' +
      '--secret-ref=login --cert-ref=tls --proxy-secret-ref=proxy --service-account=puller --provider=aws --insecure --ignore-paths=docs/,*.md ' +
      '--layer-selector=application/vnd.cncf.helm.chart.content.v1.tar+gzip:copy --verify-provider=cosign --verify-issuer=^a$ --verify-subject=^b$ -n apps --export',
  );
  assert.is(code, 0, err);
  assert.is(
    out,
    `---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata:
  name: app
  namespace: apps
spec:
  certSecretRef:
    name: tls
  ignore: |-
    docs/
    *.md
  insecure: true
  interval: 10m0s
  layerSelector:
    mediaType: application/vnd.cncf.helm.chart.content.v1.tar+gzip
    operation: copy
  provider: aws
  proxySecretRef:
    name: proxy
  ref:
    semver: 1.x
    tag: 1.0.0
  secretRef:
    name: login
  serviceAccountName: puller
  timeout: 30s
  url: oci://registry.example.com/app
  verify:
    matchOIDCIdentity:
    - issuer: ^a$
      subject: ^b$
    provider: cosign
`,
  );
});

/** What users get wrong, and what they are told. */
const wrong: Record<string, RegExp> = {
  '': /name is required/,
  app: /url is required/,
  'app --url=oci://a.b/c': /--tag, --tag-semver or --digest is required/,
  'app --url=oci://a.b/c --tag=1 --verify-secret-ref=x':
    /a verification provider must be specified when a secret is specified/,
  'app --url=oci://a.b/c --tag=1 --verify-issuer=x':
    /must be specified when OIDC issuer\/subject is specified/,
  'app --url=oci://a.b/c --tag=1 --layer-selector=x': /must be in the format '<media-type>:<operation>'/,
  'app --url=oci://a.b/c --tag=1 --layer-selector=x:y': /operation must be "extract" or "copy"/,
  'app --url=oci://a.b/c --tag=1 --provider=ibm': /source OCI provider 'ibm' is not supported/,
};

for (const [line, message] of Object.entries(wrong)) {
  test(`"create source oci ${line}" says what is wrong`, async () => {
    const { code, err } = await home.flux(`create source oci ${line} --export`);
    assert.is(code, 1);
    assert.match(err, message);
  });
}

test.run();
