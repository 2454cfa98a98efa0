import type { Credential } from '@flux-host/sdk/contract/credential.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addedTo } from '../sandbox/egress/credentials.ts';
import { addressOf } from './address.ts';
import { credentialsOf } from './credentials.ts';
import { egressOf } from './grants.ts';
import type { Grants } from './types.ts';

const url = new URL('https://a.test/hook');

/** Headers that the host adds to a request, with these entries in the Secret. */
function headers(credentials: readonly Credential[], data: Readonly<Record<string, string>>) {
  const entries = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  const secret = Object.fromEntries(entries);
  const all = credentialsOf('p', { credentials }, { secret, address: addressOf(url.href) });
  return addedTo(all, { url, body: Buffer.from('body') }).headers;
}

const bearer = (key: string): Credential => ({
  header: { name: 'Authorization', key, format: 'Bearer {}' },
});
const basic: Credential = {
  requires: ['username', 'password'],
  basic: { usernameKey: 'username', passwordKey: 'password' },
};
const pair = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

test('of two credentials for the same header the later one counts, if its entries are there', () => {
  const both = [basic, bearer('token')];
  assert.equal(headers(both, { username: 'u', password: 'p' }), { authorization: pair('u:p') });
  assert.equal(headers(both, { username: 'u', password: 'p', token: 't' }), { authorization: 'Bearer t' });
  assert.equal(headers([bearer('token'), basic], { username: 'u', token: 't' }), {
    authorization: 'Bearer t',
  });
});

test('an entry with nothing in it is as good as none', () => {
  assert.equal(headers([bearer('token'), basic], { token: ' \n', username: 'u', password: '' }), {});
});

test('a value is sent in base64, or as a password without a user name', () => {
  const encoded: Credential = { header: { name: 'Authorization', key: 'token', format: 'Basic {base64}' } };
  assert.equal(headers([encoded], { token: 'u:p{}\n' }), { authorization: pair('u:p{}') });
  assert.equal(headers([{ basic: { passwordKey: 'token' } }], { token: 't', username: 'u' }), {
    authorization: pair(':t'),
  });
});

test('a map of headers is sent, but it does not take the place of what comes after it', () => {
  const map: Credential = { headers: { key: 'headers' } };
  const text = 'X-Team: web\nX-Number: 1\nauthorization: mine\n';
  assert.equal(headers([map], { headers: text }), {
    'x-team': 'web',
    'x-number': '1',
    authorization: 'mine',
  });
  assert.is(headers([map, bearer('token')], { headers: text, token: 't' })['authorization'], 'Bearer t');
  assert.equal(headers([map], { headers: '' }), {});
});

test('headers that cannot be sent are refused without showing them', () => {
  for (const text of ['- s3cret', 'a: "s3cret\\n"\nb: "x\\u0001"', 's3 cret: x', '{', 'X: "é\\u2028"']) {
    assert.throws(
      () => headers([{ headers: { key: 'headers' } }], { headers: text }),
      (error: Error) => /key headers/.test(error.message) && !/s3|cret/.test(error.message),
    );
  }
});

test('what the Secret has outweighs the identity of the cloud', () => {
  const grants: Grants = {
    network: ['$address'],
    capabilities: ['http'],
    secretKeys: [],
    credentials: [bearer('token')],
    identity: { cloud: 'azure', scope: 's', hosts: ['$address'] },
  };
  const use = { address: url.href, serviceAccountName: 'flux' };
  const added = (secret?: Readonly<Record<string, string>>) => {
    const { credentials = [] } = egressOf('p', grants, { ...use, ...(secret ? { secret } : {}) }, 'cloud');
    return addedTo(credentials, { url, body: null }).headers;
  };
  assert.equal(added(), { authorization: 'Bearer cloud' });
  assert.equal(added({ token: Buffer.from('own').toString('base64') }), { authorization: 'Bearer own' });
});

test.run();
