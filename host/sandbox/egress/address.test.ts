import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addressKind } from './address.ts';

const kinds = {
  forbidden: [
    '169.254.169.254',
    '0.0.0.0',
    '100.100.100.200',
    '168.63.129.16',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '::169.254.169.254',
    '::ffff:127.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::169.254.169.254',
    '2002:a9fe:a9fe::1',
    'not an address',
    '',
  ],
  loopback: ['127.0.0.1', '127.8.9.10', '::1', '0:0:0:0:0:0:0:1'],
  public: [
    '10.0.0.1',
    '192.168.1.1',
    '8.8.8.8',
    '2001:db8::1',
    'fd12::1',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
  ],
} as const;

for (const [kind, addresses] of Object.entries(kinds)) {
  for (const address of addresses) {
    test(`the address "${address}" is ${kind}`, () => assert.is(addressKind(address), kind));
  }
}

test.run();
