import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseChallenge } from './challenge.ts';

test('a bearer challenge with everything', () => {
  const header =
    'Bearer realm="https://auth.example.com/token",service="reg, with comma",scope="repository:a/b:pull,push",error="insufficient_scope"';
  assert.equal(parseChallenge([header]), {
    scheme: 'bearer',
    realm: 'https://auth.example.com/token',
    service: 'reg, with comma',
    scope: 'repository:a/b:pull,push',
    error: 'insufficient_scope',
  });
});

test('bearer is taken before basic, in one header or two', () => {
  const bearer = 'bearer realm=https://a.example/t';
  for (const headers of [[`Basic realm="x", ${bearer}`], ['Basic realm="x"', bearer], [bearer, 'Basic']]) {
    const found = parseChallenge(headers);
    assert.is(found?.scheme === 'bearer' && found.realm, 'https://a.example/t');
  }
});

test('basic alone', () => {
  assert.equal(parseChallenge(['Negotiate', 'Basic realm="says, Bearer realm=http://evil.example"']), {
    scheme: 'basic',
  });
});

test('what cannot be used is none', () => {
  for (const headers of [[], ['Negotiate'], ['Bearer service="x"'], ['']]) {
    assert.is(parseChallenge(headers), undefined);
  }
});

test.run();
