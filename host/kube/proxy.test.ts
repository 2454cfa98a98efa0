import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { proxyFor } from './proxy.ts';

const proxied = { HTTPS_PROXY: 'http://proxy:3128' };

test("the kubeconfig's own proxy wins over the environment", () => {
  assert.is(proxyFor('https://k8s:6443', { proxyUrl: 'socks5://own:1', env: proxied }), 'socks5://own:1');
  assert.is(proxyFor('https://k8s:6443', { env: proxied }), 'http://proxy:3128');
  assert.is(proxyFor('https://k8s:6443', { env: { https_proxy: 'proxy:3128' } }), 'http://proxy:3128');
  assert.is(proxyFor('https://k8s:6443', { env: {} }), undefined);
});

// NO_PROXY, server, whether the proxy is used: as Go's httpproxy decides.
const exemptions: readonly [string, string, boolean][] = [
  ['10.0.0.0/8', 'https://10.96.0.1:443', false],
  ['10.0.0.0/8', 'https://11.96.0.1:443', true],
  ['fd00::/8', 'https://[fd12::1]:443', false],
  ['192.168.1.5', 'https://192.168.1.5:6443', false],
  ['example.com', 'https://k8s.example.com', false],
  ['example.com', 'https://notexample.com', true],
  ['.example.com', 'https://example.com', true],
  ['k8s:6443', 'https://k8s:6443', false],
  ['k8s:6444', 'https://k8s:6443', true],
  ['a, *', 'https://k8s', false],
  ['10.0.0.0/99', 'https://10.0.0.1', true],
  ['', 'https://127.0.0.1:6443', false],
];

for (const [noProxy, server, used] of exemptions) {
  test(`NO_PROXY="${noProxy}" ${used ? 'does not exempt' : 'exempts'} ${server}`, () => {
    assert.is(proxyFor(server, { env: { ...proxied, NO_PROXY: noProxy } }) !== undefined, used);
  });
}

test.run();
