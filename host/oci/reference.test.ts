import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { formatReference, parseReference, parseRepository } from './reference.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

const isRefused = (work: () => unknown, part: RegExp) =>
  assert.throws(
    work,
    (error: unknown) =>
      error instanceof FluxError && error.code === 'FLUX_E_OCI_REFERENCE' && part.test(error.message),
  );

for (const [text, registry, name, tag] of [
  [
    'oci://ghcr.io/stefanprodan/manifests/podinfo:6.1.6',
    'ghcr.io',
    'stefanprodan/manifests/podinfo',
    '6.1.6',
  ],
  ['ghcr.io/team/app', 'ghcr.io', 'team/app', 'latest'],
  ['localhost:5000/app:v1', 'localhost:5000', 'app', 'v1'],
  ['localhost/app', 'localhost', 'app', 'latest'],
  ['[::1]:5000/app', '[::1]:5000', 'app', 'latest'],
  ['Registry.Example.com/app', 'registry.example.com', 'app', 'latest'],
  // Docker Hub's short forms.
  ['alpine:3', 'index.docker.io', 'library/alpine', '3'],
  ['team/app', 'index.docker.io', 'team/app', 'latest'],
  ['docker.io/alpine', 'index.docker.io', 'library/alpine', 'latest'],
] as const) {
  test(`${text} is ${registry} ${name} ${tag}`, () => {
    assert.equal(parseReference(text), { registry, name, tag });
  });
}

test('a reference may have a tag and a digest', () => {
  const ref = parseReference(`oci://ghcr.io/team/app:v1@${digest}`);
  assert.equal(ref, { registry: 'ghcr.io', name: 'team/app', tag: 'v1', digest });
  assert.is(formatReference(ref), `ghcr.io/team/app:v1@${digest}`);
  assert.equal(parseReference(`ghcr.io/app@${digest}`), { registry: 'ghcr.io', name: 'app', digest });
});

test('a repository has neither', () => {
  assert.equal(parseRepository('oci://ghcr.io/team/app'), { registry: 'ghcr.io', name: 'team/app' });
  isRefused(() => parseRepository('oci://ghcr.io/team/app:v1'), /remove ':v1'/);
  isRefused(() => parseRepository(`oci://ghcr.io/team/app@${digest}`), /remove '@sha256:/);
});

for (const text of [
  'https://ghcr.io/app',
  'ghcr.io/Team/App',
  'ghcr.io/',
  'ghcr.io//app',
  'ghcr.io/../app',
  'ghcr.io/app:',
  'ghcr.io/app:-v1',
  `ghcr.io/app:${'v'.repeat(129)}`,
  'ghcr.io/app@sha256:abc',
  'ghcr.io/app@md5:d41d8cd98f00b204e9800998ecf8427e',
  `ghcr.io/app@${digest}@${digest}`,
  'user@ghcr.io/app',
  'ghcr.io:port/app',
  'ghcr.io/app?x=y',
  '',
]) {
  test(`${JSON.stringify(text.slice(0, 40))} is refused`, () => {
    isRefused(() => parseReference(text), /is no OCI reference/);
  });
}

test.run();
