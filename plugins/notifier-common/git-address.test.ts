import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseGitAddress, pathParts } from './git-address.ts';

/** As git-urls, which Flux uses, reads them. */
const addresses: readonly (readonly [address: string, host: string, id: string])[] = [
  ['https://github.com/foo/bar', 'https://github.com', 'foo/bar'],
  ['https://github.com/foo/bar.git', 'https://github.com', 'foo/bar'],
  ['https://user:pw@host.example.com:8443//foo/bar?x=1', 'https://host.example.com:8443', 'foo/bar'],
  ['ssh://git@github.com/foo/bar.git', 'https://github.com', 'foo/bar'],
  ['ssh://git@host.example.com:22/foo/bar', 'https://host.example.com:22', 'foo/bar'],
  ['git@github.com:foo/bar.git', 'https://github.com', 'foo/bar'],
  ['git@ssh.dev.azure.com:v3/org/proj/repo', 'https://ssh.dev.azure.com', 'v3/org/proj/repo'],
  ['host:foo/bar', 'https://host', 'foo/bar'],
  ['https://host.example.com/a%20b/c', 'https://host.example.com', 'a b/c'],
];

for (const [address, host, id] of addresses) {
  test(`${address} is ${id} at ${host}`, () => {
    assert.equal(parseGitAddress(address), { host, id });
  });
}

test('a path, or nothing, is no address of a service', () => {
  for (const address of ['github.com/foo/bar', '', 'foo bar']) {
    assert.is(parseGitAddress(address).host, 'file://');
  }
});

test('a repository has as many parts as its service wants', () => {
  assert.equal(pathParts(parseGitAddress('https://h.example.com/a/b'), 2), ['a', 'b']);
  for (const address of [
    'https://h.example.com/a',
    'https://h.example.com/a/b/c',
    'https://h.example.com/a/',
  ]) {
    assert.throws(() => pathParts(parseGitAddress(address), 2), /invalid repository id/);
  }
});

test.run();
