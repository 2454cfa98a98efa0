import { encode } from 'cborg';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckFailure } from '../errors.ts';
import { readCose } from './cose.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const sign1 = hex('d2');
const message = (...parts: unknown[]) => Buffer.concat([sign1, encode(parts)]);
const bytes = new Uint8Array([1]);

/** What arrives in place of a signature, and what is said. */
const hostile: Record<string, readonly [Uint8Array, RegExp]> = {
  'nothing at all': [hex(''), /no CBOR/],
  'one that is cut off': [hex('d2 84 43 a1 01'), /no CBOR/],
  'something behind it': [Buffer.concat([message(bytes, {}, bytes, bytes), hex('00')]), /no CBOR/],
  'a list of four thousand million entries': [hex('d2 9a ff ff ff ff 00'), /no CBOR/],
  'bytes of more length than there are': [hex('d2 5a ff ff ff ff 00'), /no CBOR/],
  'a hundred thousand lists in each other': [Buffer.alloc(100_000, 0x81), /no CBOR/],
  'a list of indefinite length': [hex('d2 9f 41 01 ff'), /no CBOR/],
  'a key that comes twice': [hex('a2 01 01 01 02'), /no CBOR/],
  'another tag': [hex('d3 80'), /no CBOR/],
  'no tag': [encode([bytes, {}, bytes, bytes]), /no COSE message/],
  'too few parts': [message(bytes, {}), /no COSE message/],
  'parts of other kinds': [message('a', 'b', 'c', 'd'), /no COSE message/],
  'attributes that are no CBOR': [message(hex('ff'), {}, bytes, bytes), /no CBOR/],
  'attributes that are no map': [message(encode([1]), {}, bytes, bytes), /no map/],
  'attributes of somebody else': [message(encode({}), {}, bytes, bytes), /not those of notation/],
};

for (const [what, [envelope, said]] of Object.entries(hostile)) {
  test(`${what} is no signature, and said to be none`, () => {
    assert.throws(
      () => readCose(envelope),
      (error: unknown) => error instanceof CheckFailure && said.test(error.message),
    );
  });
}

test.run();
