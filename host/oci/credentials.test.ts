import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { credentialsOf, type Login } from './credentials.ts';
import { parseRepository } from './reference.ts';

const config = (auths: Record<string, object>) => JSON.stringify({ auths });
const user = (username: string) => ({ username, password: 'p' });
const login = (configs: string[], repository: string): Login | undefined =>
  credentialsOf(configs)(parseRepository(repository));
const nameOf = (found: Login | undefined) => (found?.kind === 'password' ? found.username : found?.kind);

test('an entry is for its registry, whatever scheme and API version it is written with', () => {
  for (const key of ['ghcr.io', 'https://ghcr.io', 'http://ghcr.io/', 'https://ghcr.io/v2/', 'ghcr.io/v1/']) {
    assert.is(nameOf(login([config({ [key]: user('ada') })], 'ghcr.io/team/app')), 'ada', key);
  }
  for (const key of ['gcr.io', 'ghcr.io:443', 'x.ghcr.io', 'ghcr.io.evil.example']) {
    assert.is(login([config({ [key]: user('ada') })], 'ghcr.io/team/app'), undefined, key);
  }
});

test('Docker Hub has several names', () => {
  for (const key of ['https://index.docker.io/v1/', 'docker.io', 'registry-1.docker.io']) {
    assert.is(nameOf(login([config({ [key]: user('ada') })], 'alpine')), 'ada', key);
  }
});

test('the longest path that fits wins', () => {
  const all = config({
    'ghcr.io': user('all'),
    'ghcr.io/team': user('team'),
    'ghcr.io/team/app': user('app'),
  });
  assert.is(nameOf(login([all], 'ghcr.io/team/app')), 'app');
  assert.is(nameOf(login([all], 'ghcr.io/team/other')), 'team');
  assert.is(nameOf(login([all], 'ghcr.io/others/app')), 'all');
});

test('a star stands for a part of the host name', () => {
  const all = config({ '*.example.com': user('star'), 'reg*.example.org:5000': user('port') });
  assert.is(nameOf(login([all], 'registry.example.com/app')), 'star');
  assert.is(nameOf(login([all], 'a.b.example.com/app')), undefined);
  assert.is(nameOf(login([all], 'registry.example.org:5000/app')), 'port');
  assert.is(nameOf(login([all], 'registry.example.org/app')), undefined);
});

test('a pattern that was made to take for ever does not', () => {
  const pattern = `${'*a'.repeat(5000)}.example.com`;
  assert.is(login([config({ [pattern]: user('slow') })], `${'a'.repeat(60)}b.example.com/app`), undefined);
});

test('among several Secrets the first wins', () => {
  const configs = [config({ 'ghcr.io': user('first') }), config({ 'ghcr.io': user('second') })];
  assert.is(nameOf(login(configs, 'ghcr.io/app')), 'first');
  assert.is(nameOf(login([config({ 'quay.io': user('q') }), ...configs], 'ghcr.io/app')), 'first');
});

test('passwords, identity tokens and registry tokens are told apart', () => {
  const auth = Buffer.from('ada:pass:word').toString('base64');
  const found = (entry: object) => login([config({ 'ghcr.io': entry })], 'ghcr.io/app');
  assert.equal(found({ auth }), { kind: 'password', username: 'ada', password: 'pass:word' });
  assert.equal(found({ auth, identitytoken: 'i' }), { kind: 'identity', token: 'i' });
  assert.equal(found({ username: '<token>', password: 'i' }), { kind: 'identity', token: 'i' });
  assert.equal(found({ registrytoken: 'r' }), { kind: 'bearer', token: 'r' });
  assert.is(found({}), undefined);
});

test('a Secret that cannot be read is refused without showing it', () => {
  for (const text of [
    '{"auths": {"ghcr.io": {"password": "hunter2"',
    '{"auths": {"ghcr.io": "hunter2"}}',
    '{"auths":{"ghcr.io":{"auth":"aHVudGVyMg=="}}}',
  ]) {
    assert.throws(
      () => credentialsOf([text]),
      (error: unknown) =>
        error instanceof FluxError && error.code === 'FLUX_E_OCI_CREDENTIALS' && !/hunter2/.test(error.text),
    );
  }
});

test.run();
