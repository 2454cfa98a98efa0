import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addressOf } from './address.ts';

const cases: readonly (readonly [address: string, hosts: readonly string[], origins: readonly string[]])[] = [
  ['https://a.test/x', ['a.test:443'], ['https://a.test']],
  ['http://a.test', ['a.test:80', 'a.test:443'], ['http://a.test']],
  ['http://a.test:8080/x', ['a.test:8080'], ['http://a.test:8080']],
  ['ssh://git@a.test/o/r', ['a.test:22', 'a.test:443'], ['a.test:22', 'https://a.test']],
  ['ssh://git@a.test:2222/o/r', ['a.test:2222', 'a.test:443'], ['a.test:2222', 'https://a.test']],
  ['git@a.test:o/r.git', ['a.test:22', 'a.test:443'], ['a.test:22', 'https://a.test']],
  ['nats://a.test', ['a.test:4222'], ['a.test:4222']],
  ['nats://a.test:1,nats://b.test', ['a.test:1', 'b.test:4222'], ['a.test:1', 'b.test:4222']],
  ['a.test:5000/image', ['a.test:5000'], ['a.test:5000']],
  ['[2001:db8::1]:22', ['[2001:db8::1]:22'], ['[2001:db8::1]:22']],
  ['Endpoint=sb://a.test/;SharedAccessKey=x', [], []],
  ['user@a.test', [], []],
  ['', [], []],
];

for (const [address, hosts, origins] of cases) {
  test(`an object with the address "${address}" may reach ${hosts.join(' and ') || 'nothing'}`, () => {
    assert.equal(addressOf(address), { hosts, origins });
  });
}

test.run();
