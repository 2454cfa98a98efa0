import type { PluginGrants } from '@flux-host/crds/plugin/plugin.ts';
import type { PluginRequests } from '@flux-host/sdk/contract/manifest.ts';
import { load } from 'js-yaml';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { manifest } from '../../sandbox/testing/modules.ts';
import { missingGrants, shownRequests } from './requests.ts';

/** What has to be added to `spec.grants`. */
function missing(requests: PluginRequests, grants?: PluginGrants): unknown {
  const yaml = missingGrants(manifest({ requests }), grants);
  if (yaml === undefined) return undefined;
  const added: unknown = load(yaml);
  return typeof added === 'object' && added && 'spec' in added ? added.spec : added;
}

test('nothing requested, nothing missing', () => {
  assert.is(missing({}), undefined);
  assert.is(missing({ network: [], capabilities: [] }), undefined);
});

const hosts: readonly (readonly [requested: string, granted: string, covered: boolean])[] = [
  ['a.example.com', 'a.example.com', true],
  ['A.example.com', 'a.Example.com', true],
  ['a.example.com:443', 'a.example.com', true],
  ['a.example.com', 'a.example.com:443', false],
  ['a.example.com:443', '*.example.com', true],
  ['*.b.example.com', '*.example.com', true],
  ['*.example.com', 'a.example.com', false],
  ['example.com', '*.example.com', false],
  ['badexample.com', '*.example.com', false],
  ['a.example.com:443', '*.example.com:8443', false],
  ['a.example.com:443', '*', true],
  ['$address', '*', true],
  ['$address', '$address', true],
  ['$address', 'a.example.com', false],
  ['a.example.com', '$address', false],
  ['*', '*.example.com', false],
  ['a.example.com:443', '*:443', true],
];

for (const [requested, granted, covered] of hosts) {
  test(`a grant of ${granted} ${covered ? 'is' : 'is not'} enough for ${requested}`, () => {
    const expected = covered ? undefined : { grants: { network: [requested] } };
    assert.equal(missing({ network: [requested] }, { network: [granted] }), expected);
  });
}

const credential = { header: { name: 'Authorization', key: 'token' } };

test('a credential may be granted for other hosts than it was asked for, and not in another way', () => {
  const requests = { credentials: [credential] };
  assert.is(missing(requests, { credentials: [{ ...credential, hosts: ['a.example.com'] }] }), undefined);
  const other = { header: { name: 'Authorization', key: 'password' } };
  assert.equal(missing(requests, { credentials: [other] }), { grants: { credentials: [credential] } });
});

test('an identity is granted with its cloud and scope, and to be seen only where that is said', () => {
  const identity = { cloud: 'gcp' as const, scope: 's', visible: true };
  assert.is(missing({ identity }, { identity }), undefined);
  assert.is(missing({ identity: { cloud: 'gcp', scope: 's' } }, { identity }), undefined);
  const unseen = { cloud: 'gcp' as const, scope: 's' };
  assert.equal(missing({ identity }, { identity: unseen }), { grants: { identity } });
  assert.equal(missing({ identity }, { identity: { ...identity, scope: 't' } }), { grants: { identity } });
});

test('memory and time are limits: nothing has to be granted', () => {
  assert.is(missing({ memory: '1Gi', timeout: '1h' }, { memory: '1Mi' }), undefined);
});

test('only what is missing is named', () => {
  const requests: PluginRequests = { capabilities: ['http', 'tcp'], secretKeys: ['a', 'b'] };
  assert.equal(missing(requests, { capabilities: ['http'], secretKeys: ['a', 'b', 'c'] }), {
    grants: { capabilities: ['tcp'] },
  });
});

test('requests are shown in forms that the API takes', () => {
  const shown = (requests: PluginRequests) => shownRequests(manifest({ requests }));
  assert.is(shown({ memory: '1.5Gi' }).memory, '1610612736');
  assert.is(shown({ memory: '64Mi' }).memory, '64Mi');
  assert.is(shown({ network: Array.from({ length: 150 }, (_, n) => `h${n}`) }).network?.length, 100);
});

test.run();
