import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../../errors/flux-error.ts';
import { checkGrant, parseUrl, targetOf, targetOfUrl } from './grant.ts';

function allowed(entry: string, url: string): boolean {
  try {
    checkGrant([entry], targetOfUrl(parseUrl(url)));
    return true;
  } catch (error) {
    if (error instanceof FluxError) return false;
    throw error;
  }
}

const yes: readonly (readonly [string, string])[] = [
  ['git.example.com', 'https://git.example.com/x'],
  ['git.example.com', 'https://git.example.com:8443/x'],
  ['git.example.com:8443', 'https://git.example.com:8443'],
  ['GIT.example.com', 'https://git.EXAMPLE.com./'],
  ['*.example.com', 'https://a.b.example.com'],
  ['*', 'http://10.0.0.1:5000'],
  ['*:443', 'https://anything.example'],
  ['127.0.0.1', 'http://127.0.0.1:8080'],
  ['127.0.0.1', 'http://0x7f000001:8080'],
  ['[::1]:80', 'http://[0:0::1]'],
  ['localhost', 'http://localhost:3000'],
  ['[2001:DB8::1]', 'https://[2001:db8:0::1]'],
];
const no: readonly (readonly [string, string])[] = [
  ['git.example.com', 'https://example.com'],
  ['git.example.com', 'https://git.example.com.evil.test'],
  ['git.example.com:443', 'https://git.example.com:8443'],
  ['git.example.com:443', 'http://git.example.com'],
  ['*.example.com', 'https://example.com'],
  ['*.example.com', 'https://notexample.com'],
  ['*', 'http://127.0.0.1'],
  ['*', 'http://localhost'],
  ['*', 'http://[::1]'],
  ['*', 'http://2130706433/'],
  ['*', 'http://169.254.169.254'],
  ['169.254.169.254', 'http://169.254.169.254'],
  ['*', 'http://[::ffff:169.254.169.254]'],
  ['[fe80::1]', 'http://[fe80::1]'],
  ['*example.com', 'https://badexample.com'],
  ['https://git.example.com', 'https://git.example.com'],
  ['', 'https://git.example.com'],
  ['user@git.example.com', 'https://git.example.com'],
];

for (const [entry, url] of yes) {
  test(`"${entry}" allows ${url}`, () => assert.ok(allowed(entry, url)));
}
for (const [entry, url] of no) {
  test(`"${entry}" does not allow ${url}`, () => assert.not(allowed(entry, url)));
}

test('only absolute http and https URLs are taken', () => {
  for (const url of ['file:///etc/passwd', '/relative', 'ftp://example.com', 'javascript:1', 'http://']) {
    assert.throws(
      () => parseUrl(url),
      (error: unknown) => error instanceof FluxError,
      url,
    );
  }
});

test('hosts of raw connections are written as in URLs, and nothing else is taken', () => {
  assert.equal(targetOf('::1', 22), { host: '[::1]', port: 22 });
  assert.equal(targetOf('0177.0.0.1', 22), { host: '127.0.0.1', port: 22 });
  for (const host of ['', 'a b', 'a/b', 'user@host', 'host:22', 'a#b', 'a?b']) {
    assert.throws(
      () => targetOf(host, 22),
      (error: unknown) => error instanceof FluxError,
      host,
    );
  }
  for (const port of [0, -1, 65_536, 1.5, Number.NaN]) assert.throws(() => targetOf('host', port));
});

test.run();
