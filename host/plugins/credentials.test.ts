import type { Credential } from '@flux-host/sdk/contract/credential.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejectionOf } from '../errors/testing.ts';
import { addedTo } from '../sandbox/egress/credentials.ts';
import { addressOf } from './address.ts';
import { credentialsOf } from './credentials.ts';
import { egressOf } from './grants.ts';
import type { Grants } from './types.ts';

const url = new URL('https://a.test/hook');

/** Headers that the host adds to a request, with these entries in the Secret. */
async function headers(credentials: readonly Credential[], data: Readonly<Record<string, string>>) {
  const entries = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  const secret = Object.fromEntries(entries);
  const all = credentialsOf('p', { credentials }, { secret, address: addressOf(url.href) });
  return (await addedTo(all, { method: 'GET', url, body: Buffer.from('body') })).headers;
}

const bearer = (key: string): Credential => ({
  header: { name: 'Authorization', key, format: 'Bearer {}' },
});
const basic: Credential = {
  requires: ['username', 'password'],
  basic: { usernameKey: 'username', passwordKey: 'password' },
};
const pair = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

test('of two credentials for the same header the later one counts, if its entries are there', async () => {
  const both = [basic, bearer('token')];
  assert.equal(await headers(both, { username: 'u', password: 'p' }), { authorization: pair('u:p') });
  assert.equal(await headers(both, { username: 'u', password: 'p', token: 't' }), {
    authorization: 'Bearer t',
  });
  assert.equal(await headers([bearer('token'), basic], { username: 'u', token: 't' }), {
    authorization: 'Bearer t',
  });
});

test('an entry with nothing in it is as good as none', async () => {
  assert.equal(await headers([bearer('token'), basic], { token: ' \n', username: 'u', password: '' }), {});
});

test('a value is sent in base64, or as a password without a user name', async () => {
  const encoded: Credential = { header: { name: 'Authorization', key: 'token', format: 'Basic {base64}' } };
  assert.equal(await headers([encoded], { token: 'u:p{}\n' }), { authorization: pair('u:p{}') });
  assert.equal(await headers([{ basic: { passwordKey: 'token' } }], { token: 't', username: 'u' }), {
    authorization: pair(':t'),
  });
});

test('a map of headers is sent, but it does not take the place of what comes after it', async () => {
  const map: Credential = { headers: { key: 'headers' } };
  const text = 'X-Team: web\nX-Number: 1\nauthorization: mine\n';
  assert.equal(await headers([map], { headers: text }), {
    'x-team': 'web',
    'x-number': '1',
    authorization: 'mine',
  });
  const later = await headers([map, bearer('token')], { headers: text, token: 't' });
  assert.is(later['authorization'], 'Bearer t');
  assert.equal(await headers([map], { headers: '' }), {});
});

test('headers that cannot be sent are refused without showing them', async () => {
  for (const text of ['- s3cret', 'a: "s3cret\\n"\nb: "x\\u0001"', 's3 cret: x', '{', 'X: "é\\u2028"']) {
    const error = await rejectionOf(headers([{ headers: { key: 'headers' } }], { headers: text }));
    assert.match(error.message, /key headers/);
    assert.not.match(error.message, /s3|cret/);
  }
});

test('what the Secret has outweighs the identity of the cloud', async () => {
  const grants: Grants = {
    network: ['$address'],
    capabilities: ['http'],
    secretKeys: [],
    credentials: [bearer('token')],
    identity: { cloud: 'azure', scope: 's', hosts: ['$address'] },
  };
  const use = { address: url.href, serviceAccountName: 'flux' };
  const added = async (secret?: Readonly<Record<string, string>>) => {
    const { credentials = [] } = egressOf('p', grants, { ...use, ...(secret ? { secret } : {}) }, 'cloud');
    return (await addedTo(credentials, { method: 'GET', url, body: null })).headers;
  };
  assert.equal(await added(), { authorization: 'Bearer cloud' });
  assert.equal(await added({ token: Buffer.from('own').toString('base64') }), {
    authorization: 'Bearer own',
  });
});

test.run();
