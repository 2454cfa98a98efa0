import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { workplace } from '../../testing/plugin.ts';

const home = workplace();
test.after(() => home.remove());

test('the flags become a Bucket, and keys stay out of what is exported', async () => {
  const { out, err, code } = await home.flux(
    'create source bucket app --bucket-name=apps --endpoint=minio.example.com:9000 --region=eu-1 --insecure --interval=10m ' +
      '--fetch-timeout=30s --access-key=id --secret-key=s3cret --proxy-secret-ref=proxy --ignore-paths=docs/,*.md -n apps --export',
  );
  assert.is(code, 0, err);
  assert.is(
    out,
    `---
apiVersion: source.toolkit.fluxcd.io/v1
kind: Bucket
metadata:
  name: app
  namespace: apps
spec:
  bucketName: apps
  endpoint: minio.example.com:9000
  ignore: |-
    docs/
    *.md
  insecure: true
  interval: 10m0s
  provider: generic
  proxySecretRef:
    name: proxy
  region: eu-1
  timeout: 30s
`,
  );
});

/** What users get wrong, and what they are told. */
const wrong: Record<string, RegExp> = {
  '': /name is required/,
  app: /bucket-name is required/,
  'app --bucket-name=a': /endpoint is required/,
  'app --bucket-name=a --endpoint=b --provider=ibm':
    /source bucket provider 'ibm' is not supported, must be one of: generic, aws, azure, gcp/,
};
for (const [args, message] of Object.entries(wrong)) {
  test(`create source bucket ${args}: it is said what is wrong`, async () => {
    const { err, code } = await home.flux(`create source bucket ${args} --export`);
    assert.is(code, 1);
    assert.match(err, message);
  });
}

test.run();
