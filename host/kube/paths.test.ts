import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKube } from './errors.ts';
import { resourcePath } from './paths.ts';

const configMaps = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

test('names are parts of the path, whatever is in them', () => {
  assert.is(resourcePath(configMaps, { namespace: 'a', name: 'b' }), '/api/v1/namespaces/a/configmaps/b');
  const path = resourcePath(configMaps, { namespace: 'a', name: '../../secrets/x?y#z' });
  assert.is(
    new URL(path, 'https://host').pathname,
    '/api/v1/namespaces/a/configmaps/..%2F..%2Fsecrets%2Fx%3Fy%23z',
  );
});

test('dots for a name do not lead to the namespace', () => {
  for (const name of ['.', '..']) {
    for (const target of [
      { namespace: 'a', name },
      { namespace: name, name: 'b' },
    ]) {
      try {
        resourcePath(configMaps, target);
        assert.unreachable();
      } catch (error) {
        assert.ok(isKube(error, 'notFound'), String(error));
      }
    }
  }
});

test.run();
