import type { LookupAddress } from 'node:dns';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkedLookup, checkServer } from './addresses.ts';

function lookUp(name: string, all: boolean): Promise<string | LookupAddress[]> {
  return new Promise((resolve, reject) =>
    checkedLookup(name, { all }, (error, found) => (error ? reject(error) : resolve(found))),
  );
}

test('names are resolved in the way that sockets ask for', async () => {
  const one = await lookUp('localhost', false);
  assert.match(String(one), /^(127\.0\.0\.1|::1)$/);
  const all = await lookUp('localhost', true);
  assert.ok(Array.isArray(all) && all.some(({ address }) => address === one));
});

test('a name that means an address of a metadata service leads nowhere', async () => {
  // The resolver takes a literal address for its own name.
  const error: unknown = await lookUp('169.254.169.254', true).catch((caught: unknown) => caught);
  assert.match(String(error), /does not connect to/);
});

test('a name that does not exist fails as it would anywhere', async () => {
  const error: unknown = await lookUp('nowhere.invalid', true).catch((caught: unknown) => caught);
  assert.match(String(error), /ENOTFOUND|EAI_AGAIN/);
});

test('private and loopback addresses are where clusters are', () => {
  for (const host of ['10.0.0.1', '192.168.1.1', '127.0.0.1', '[fd00::1]', 'prod.example.com']) {
    checkServer(`https://${host}:6443`);
  }
});

test.run();
