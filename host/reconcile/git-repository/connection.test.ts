import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { thrownBy } from '../../errors/testing.ts';
import { gitConnection, withoutUserinfo } from './connection.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('user and password are credentials for the repository, and the plugin sees neither', () => {
  const connection = gitConnection(
    'https://git.example.com:8443/a.git',
    { username: 'u', password: 'p' },
    undefined,
  );
  assert.equal(connection.secret, { username: base64('u'), password: base64('p') });
  assert.equal(connection.unseen, ['username', 'password']);
  assert.is(connection.address, 'https://git.example.com:8443/a.git');
});

test('a bearer token wins over user and password', () => {
  const connection = gitConnection(
    'https://a.example/r',
    { bearerToken: 't', username: 'u', password: 'p' },
    undefined,
  );
  assert.equal(connection.secret, { bearerToken: base64('t') });
});

test('user and password of the URL are used and do not reach the plugin', () => {
  const url = 'https://user:p%40ss@git.example.com/a.git';
  const connection = gitConnection(url, undefined, undefined);
  assert.equal(connection.secret, { username: base64('user'), password: base64('p@ss') });
  assert.is(connection.address, 'https://git.example.com/a.git');
  assert.is(withoutUserinfo(url), 'https://git.example.com/a.git');
});

test('a password without a user is refused in the words of Flux', () => {
  const error = thrownBy(() => gitConnection('http://a.example/r', { password: 'foo' }, undefined));
  assert.match(error.message, "invalid 'http' auth option: 'password' requires 'username' to be set");
  assert.is(error.reason, 'AuthenticationFailed');
});

test('SSH needs a key and known hosts, and gets exactly those', () => {
  assert.match(
    thrownBy(() => gitConnection('ssh://git@a.example/r', { identity: 'k' }, undefined)).message,
    "'known_hosts' is required",
  );
  const connection = gitConnection(
    'ssh://git@a.example/r',
    { identity: 'k', known_hosts: 'h', username: 'x' },
    undefined,
  );
  assert.equal(connection.secret, {
    identity: Buffer.from('k').toString('base64'),
    known_hosts: Buffer.from('h').toString('base64'),
  });
});

test('ca.crt wins over the old name, and a certificate without its key is refused', () => {
  const { tls } = gitConnection('https://a.example/r', { 'ca.crt': 'new', caFile: 'old' }, undefined);
  assert.equal(tls, { ca: 'new' });
  assert.match(
    thrownBy(() => gitConnection('https://a.example/r', { 'tls.crt': 'c' }, undefined)).message,
    'go together',
  );
});

test('an address that is no URL is terminal', () => {
  const error = thrownBy(() => gitConnection('https://', undefined, undefined));
  assert.is(error.reason, 'URLInvalid');
  assert.ok(error.terminal);
});

test.run();
