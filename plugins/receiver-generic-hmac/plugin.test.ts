import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { signatureOf, testedPlugin } from '../receiver-common/testing.ts';

const { plugin, accepts, refuses } = await testedPlugin(import.meta.dirname, 'generic-hmac');
const body = { any: 'thing' };

for (const algorithm of ['sha1', 'sha256', 'sha512']) {
  test(`a body that is signed with ${algorithm} is genuine`, async () => {
    await accepts({ body, headers: { 'X-Signature': signatureOf(body, algorithm) } });
  });
}

test('another body, another key or another algorithm is not', async () => {
  const signature = signatureOf(body);
  const [, hex] = signature.split('=');
  const message = /signature in the X-Signature header is not that of this body/;
  await refuses({ body: { any: 'other' }, headers: { 'X-Signature': signature } }, message);
  await refuses({ body, headers: { 'X-Signature': signatureOf(body, 'sha256', 'guess') } }, message);
  await refuses({ body, headers: { 'X-Signature': `sha1=${hex}` } }, message);
});

test('what is no signature is refused', async () => {
  await refuses({ body }, /X-Signature header is missing/);
  for (const signature of ['sha256', '=', 'md5=00', 'SHA256=00', ' ']) {
    await refuses({ body, headers: { 'X-Signature': signature } }, /header is (invalid|missing)/);
  }
  for (const hex of ['', 'zz', '0']) {
    await refuses({ body, headers: { 'X-Signature': `sha256=${hex}` } }, /is not that of this body/);
  }
});

test('it is shown the token and nothing else', () => {
  assert.equal(plugin.manifest.requests, { secretKeys: ['token'] });
});

test.run();
