import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { causeOf } from './cause.ts';

const failure = (name: string, message: string): FluxEvent => ({
  involvedObject: {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    namespace: 'apps',
    name,
  },
  severity: 'error',
  timestamp: null,
  message,
  reason: 'R',
  reportingController: 'c',
});
const key = (name: string, message: string) => causeOf(failure(name, message)).key;
const same = (...texts: string[]) => new Set(texts.map((text, n) => key(`app-${n}`, text))).size === 1;

test('names that cannot be resolved are one cause, whoever says it and whatever the host', () => {
  assert.ok(
    same(
      "unable to clone 'https://git.example.com/a.git': dial tcp: lookup git.example.com on 10.0.0.10:53: no such host",
      'Get "https://charts.example.org/index.yaml": dial tcp: lookup charts.example.org: i/o timeout',
      'lookup registry.example.net on 10.0.0.10:53: server misbehaving',
      'getaddrinfo EAI_AGAIN git.example.com',
      'git.example.com:443 cannot be found: its name has no address',
    ),
  );
});

test('a host that is down is one cause for all who ask it, and another one for other hosts', () => {
  const refused = (host: string, path: string) =>
    `Get "https://${host}/${path}": dial tcp 192.0.2.7:443: connect: connection refused`;
  assert.ok(same(refused('git.example.com', 'a'), refused('git.example.com', 'b/c')));
  assert.not(same(refused('git.example.com', 'a'), refused('charts.example.com', 'a')));
});

test('trouble of different kinds with one host are different causes', () => {
  assert.not(
    same(
      'Get "https://git.example.com/a": x509: certificate signed by unknown authority',
      'Get "https://git.example.com/a": dial tcp 192.0.2.7:443: connect: connection refused',
    ),
  );
});

test('texts that differ in names, digests, numbers and times only are one cause', () => {
  assert.is(
    key(
      'web',
      "Kustomization 'apps/web' exceeded quota: used 10, limited 8 at main@sha1:0123456789abcdef0123456789abcdef01234567",
    ),
    key(
      'api',
      "Kustomization 'apps/api' exceeded quota: used 12, limited 9 at main@sha1:fedcba9876543210fedcba9876543210fedcba98",
    ),
  );
  assert.is(
    key('web', 'timeout after 1m30s at 2026-03-04T05:06:07Z'),
    key('api', 'timeout after 2m at 2026-03-04T06:06:07Z'),
  );
});

test('texts that say different things are different causes', () => {
  assert.not(same('kustomize build failed: no such file a.yaml', 'Deployment/web is invalid'));
  assert.not(
    same('kustomize build failed: no such file a.yaml', 'kustomize build failed: no such file b.yaml'),
  );
});

test('a name that is part of a word is left alone', () => {
  assert.is(key('a', 'a failed'), key('b', 'b failed'));
  assert.is.not(key('a', 'data failed'), key('b', 'dbtb failed'));
});

test('a huge message takes no time', () => {
  assert.ok(key('web', 'lookup '.repeat(500_000)).length < 5000);
  assert.ok(key('web', `${'1'.repeat(1_000_000)}`).length < 5000);
});

test.run();
