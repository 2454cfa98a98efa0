import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { generateKeyPair, type KeyOptions } from './generate.ts';
import { keyPairOf } from './private-key.ts';

const test = suite<{ dir: string }>('SSH keys');

test.before.each((context) => {
  context.dir = mkdtempSync(join(tmpdir(), 'flux-keys-'));
});
test.after.each(({ dir }) => rmSync(dir, { recursive: true }));

/** What OpenSSH itself says about files. */
function keygen(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('ssh-keygen', args, { encoding: 'utf8' });
  assert.is(status, 0, stderr);
  return stdout;
}

const base: KeyOptions = { algorithm: 'ecdsa', rsaBits: 2048, curve: 'p384' };
const generated: readonly (readonly [Partial<KeyOptions>, RegExp])[] = [
  [{}, /^384 .*\(ECDSA\)/],
  [{ curve: 'p256' }, /^256 .*\(ECDSA\)/],
  [{ curve: 'p521' }, /^521 .*\(ECDSA\)/],
  [{ algorithm: 'rsa' }, /^2048 .*\(RSA\)/],
  [{ algorithm: 'ed25519' }, /^256 .*\(ED25519\)/],
];

for (const [options, fingerprint] of generated) {
  test(`OpenSSH reads the public key generated for ${JSON.stringify(options)}`, ({ dir }) => {
    const { privateKey, publicKey } = generateKeyPair({ ...base, ...options });
    assert.match(privateKey, /^-----BEGIN PRIVATE KEY-----\n/);
    writeFileSync(join(dir, 'key.pub'), publicKey);
    assert.match(keygen('-lf', join(dir, 'key.pub')), fingerprint);
    assert.is(keyPairOf(privateKey, '').publicKey, publicKey);
  });
}

for (const type of ['rsa', 'ecdsa', 'ed25519']) {
  for (const format of ['RFC4716', 'PEM']) {
    for (const password of ['', 'correct horse']) {
      if (type === 'ed25519' && format === 'PEM') continue;
      const what = `${type} key in ${format} form ${password ? 'with' : 'without'} a password`;
      test(`the public key of OpenSSH's ${what} is found`, ({ dir }) => {
        const file = join(dir, 'key');
        keygen('-q', '-t', type, '-m', format, '-N', password, '-C', '', '-f', file);
        const { privateKey, publicKey } = keyPairOf(readFileSync(file, 'utf8'), password);
        assert.is(publicKey.trim(), readFileSync(`${file}.pub`, 'utf8').trim());
        assert.is(privateKey, readFileSync(file, 'utf8'));
        if (password) {
          assert.throws(() => keyPairOf(readFileSync(file, 'utf8'), ''), /passphrase protected/);
          assert.throws(() => keyPairOf(readFileSync(file, 'utf8'), 'wrong'), /the password is wrong/);
        }
      });
    }
  }
}

test('a cipher that Flux cannot read is named, with the way out', ({ dir }) => {
  const file = join(dir, 'key');
  keygen('-q', '-t', 'ed25519', '-Z', 'aes128-ctr', '-N', 'pass', '-f', file);
  assert.throws(
    () => keyPairOf(readFileSync(file, 'utf8'), 'pass'),
    /encrypted with aes128-ctr, which Flux cannot read/,
  );
});

test('a wrong password and a file that is no key are told without their content', () => {
  const encrypted = createPrivateKey(generateKeyPair(base).privateKey).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes256',
    passphrase: 'right',
  });
  for (const [file, password] of [
    [String(encrypted), 'wrong'],
    ['s3cret nonsense', ''],
  ] as const) {
    assert.throws(
      () => keyPairOf(file, password),
      (error: Error) => /not a private key/.test(error.message) && !error.message.includes('s3cret'),
    );
  }
});

test.run();
