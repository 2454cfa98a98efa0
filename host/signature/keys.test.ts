import { generateKeyPairSync } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { rejection } from '../sandbox/testing/rejects.ts';
import { generateKeyPair, readPrivateKey } from './private-key.ts';
import { isSignedBy, readPublicKey } from './public-key.ts';

const pem = { type: 'pkcs8', format: 'pem' } as const;
const spki = { type: 'spki', format: 'pem' } as const;

const isRefused = (text: string, part: RegExp) =>
  assert.throws(
    () => readPublicKey('cosign.pub', text),
    (error: unknown) =>
      error instanceof FluxError && error.code === 'FLUX_E_SIGNATURE_KEY' && part.test(error.text),
  );

test('the password opens the private key, and no other does', async () => {
  const pair = await generateKeyPair('s3cret');
  const { publicKey } = await readPrivateKey('cosign.key', pair.privateKey, 's3cret');
  assert.is(publicKey.export(spki), pair.publicKey);
  for (const wrong of ['', 'S3cret', 's3cret ']) {
    const error = await rejection(
      readPrivateKey('cosign.key', pair.privateKey, wrong),
      'FLUX_E_SIGNATURE_PASSWORD',
    );
    assert.match(error.text, /COSIGN_PASSWORD/);
  }
});

test('two pairs have nothing in common', async () => {
  const [a, b] = [await generateKeyPair(''), await generateKeyPair('')];
  assert.is.not(a.publicKey, b.publicKey);
  assert.is.not(a.privateKey.split('\n')[2], b.privateKey.split('\n')[2]);
});

test('plain keys in PEM can sign, of the kinds that cosign takes', async () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  for (const key of [
    ec.privateKey.export(pem),
    ec.privateKey.export({ type: 'sec1', format: 'pem' }),
    rsa.privateKey.export(pem),
  ]) {
    assert.ok((await readPrivateKey('plain.key', String(key))).publicKey);
  }
  const ed25519 = generateKeyPairSync('ed25519').privateKey.export(pem);
  await rejection(readPrivateKey('ed.key', String(ed25519)), 'FLUX_E_SIGNATURE_KEY');
});

test('a damaged private key is refused, and costs that would stop the process are not paid', async () => {
  const { privateKey } = await generateKeyPair('');
  const edited = (change: (json: { kdf: { params: { N: number } } }) => void): string => {
    const [head = '', ...lines] = privateKey.trim().split('\n');
    const json = JSON.parse(Buffer.from(lines.slice(0, -1).join(''), 'base64').toString());
    change(json);
    return [head, Buffer.from(JSON.stringify(json)).toString('base64'), lines.at(-1)].join('\n');
  };
  assert.ok(
    await readPrivateKey(
      'same',
      edited(() => {}),
    ),
  );
  for (const text of [
    '',
    'x',
    privateKey.replace(/\n.*\n/, '\n'),
    edited((json) => {
      json.kdf.params.N = 2 ** 30;
    }),
  ]) {
    await rejection(readPrivateKey('cosign.key', text), 'FLUX_E_SIGNATURE_KEY');
  }
});

test('public keys of the kinds that cosign uses are read; others are refused with the reason', () => {
  const { publicKey: ec } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const { publicKey: ed25519 } = generateKeyPairSync('ed25519');
  const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  for (const key of [ec, ed25519, rsa]) assert.ok(readPublicKey('cosign.pub', String(key.export(spki))));
  isRefused('', /no public key in PEM/);
  isRefused('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n', /no public key in PEM/);
  isRefused(
    String(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export(spki)),
    /1024 bits are too few/,
  );
  isRefused(
    String(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export(spki)),
    /curve secp256k1/,
  );
  isRefused(String(generateKeyPairSync('x25519').publicKey.export(spki)), /type x25519/);
  isRefused(String(generateKeyPairSync('ed25519').privateKey.export(pem)), /is a private key/);
});

test('a signature that is no signature is not one', () => {
  for (const pair of [
    generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
    generateKeyPairSync('ed25519'),
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ]) {
    for (const signature of [Buffer.alloc(0), Buffer.alloc(64), Buffer.from('nonsense')]) {
      assert.is(isSignedBy(pair.publicKey, Buffer.from('text'), signature), false);
    }
  }
});

test.run();
