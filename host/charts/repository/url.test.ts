import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { thrownBy } from '../../errors/testing.ts';
import { isSameOrigin, normaliseUrl, resolveUrl, splitUserinfo } from './url.ts';

test('addresses of repositories are compared with one slash at the end, those of registries without', () => {
  assert.is(normaliseUrl('https://example.com/charts'), 'https://example.com/charts/');
  assert.is(normaliseUrl('https://example.com/charts///'), 'https://example.com/charts/');
  assert.is(normaliseUrl('https://example.com?a=b'), 'https://example.com/?a=b');
  assert.is(normaliseUrl('oci://example.com/charts/'), 'oci://example.com/charts');
  assert.is(normaliseUrl('oci://example.com/'), 'oci://example.com');
  for (const bad of ['example.com/charts', 'https://', ':'])
    assert.is(thrownBy(() => normaliseUrl(bad)).code, 'FLUX_E_CHART_URL');
});

test('addresses in an index are relative to the repository, whose query they keep', () => {
  const base = 'https://example.com/charts?sig=1';
  assert.is(resolveUrl(base, 'app-1.0.0.tgz'), 'https://example.com/charts/app-1.0.0.tgz?sig=1');
  assert.is(resolveUrl(base, '/other/app.tgz'), 'https://example.com/other/app.tgz?sig=1');
  assert.is(resolveUrl(base, 'http://cdn.example.com/app.tgz'), 'http://cdn.example.com/app.tgz');
});

test('a login is for scheme, host and port', () => {
  assert.ok(isSameOrigin('https://example.com/a', 'https://example.com:443/b'));
  for (const other of ['http://example.com', 'https://example.com:8443', 'https://a.example.com'])
    assert.not(isSameOrigin('https://example.com', other), other);
});

test('user and password of an address are taken out of it', () => {
  assert.equal(splitUserinfo('https://me:p%40ss@example.com/charts'), {
    url: 'https://example.com/charts',
    username: 'me',
    password: 'p@ss',
  });
  assert.is(splitUserinfo('https://example.com/charts').url, 'https://example.com/charts');
});

test.run();
