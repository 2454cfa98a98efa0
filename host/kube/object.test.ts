import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatApiVersion, formatKey, formatRef, gvkOf, parseApiVersion, parseKey, refOf } from './object.ts';
import { resourcePath, withQuery } from './paths.ts';

const deployment = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};
const node = { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };

test('apiVersions are split and joined, the core group without a slash', () => {
  assert.equal(parseApiVersion('apps/v1'), { group: 'apps', version: 'v1' });
  assert.equal(parseApiVersion('v1'), { group: '', version: 'v1' });
  assert.is(formatApiVersion({ group: 'apps', version: 'v1' }), 'apps/v1');
  assert.is(formatApiVersion({ group: '', version: 'v1' }), 'v1');
});

test('an object is named by kind, namespace and name as Flux prints it', () => {
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'apps' } };
  assert.equal(refOf(web), { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'apps', name: 'web' });
  assert.equal(gvkOf(web), { group: 'apps', version: 'v1', kind: 'Deployment' });
  assert.is(formatRef(refOf(web)), 'Deployment/apps/web');
  assert.is(formatRef({ kind: 'Namespace', namespace: '', name: 'apps' }), 'Namespace/apps');
});

test('keys are written and read back', () => {
  for (const key of [
    { namespace: 'a', name: 'b' },
    { namespace: '', name: 'system:node' },
  ]) {
    assert.equal(parseKey(formatKey(key)), key);
  }
});

test('paths name collections, objects and subresources; names are escaped', () => {
  assert.is(resourcePath(deployment), '/apis/apps/v1/deployments');
  assert.is(
    resourcePath(deployment, { namespace: 'x', name: 'web', subresource: 'status' }),
    '/apis/apps/v1/namespaces/x/deployments/web/status',
  );
  assert.is(resourcePath(node, { namespace: 'ignored', name: 'a/../b' }), '/api/v1/nodes/a%2F..%2Fb');
  assert.is(withQuery('/x', { a: 'b=c', gone: undefined }), '/x?a=b%3Dc');
  assert.is(withQuery('/x', { gone: undefined }), '/x');
});

test.run();
