import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { clusterOfKubeconfig, secretsOf } from './kubeconfig.ts';
import type { RemoteSettings } from './types.ts';

const strict: RemoteSettings = { insecureExec: false, insecureTls: false };
const lenient: RemoteSettings = { insecureExec: true, insecureTls: true };

interface Parts {
  readonly server?: string;
  readonly cluster?: object;
  readonly user?: object;
}

function kubeconfig({ server = 'https://prod.example.com:6443', cluster, user }: Parts): string {
  return JSON.stringify({
    'current-context': 'prod',
    contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'flux' } }],
    clusters: [{ name: 'prod', cluster: { server, ...cluster } }],
    users: [{ name: 'flux', user: { token: 'a-secret-token', ...user } }],
  });
}

function refusalOf(text: string, settings = strict): FluxError {
  try {
    clusterOfKubeconfig(text, "KubeConfig secret 'apps/prod'", settings);
  } catch (error) {
    if (error instanceof FluxError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('a kubeconfig with everything inside is taken, and what is secret in it is known', () => {
  const key = Buffer.from('-----BEGIN KEY-----').toString('base64');
  const text = kubeconfig({ user: { 'client-key-data': key, username: 'u', password: 'a-password' } });
  const cluster = clusterOfKubeconfig(text, 'it', strict);
  assert.is(cluster.server, 'https://prod.example.com:6443');
  assert.equal(secretsOf(cluster), ['a-secret-token', 'a-password', key, '-----BEGIN KEY-----']);
});

const refusals: readonly [string, Parts, RegExp][] = [
  ['a program', { user: { exec: { command: 'aws' } } }, /user\.exec.*not allowed/],
  ['TLS that is not verified', { cluster: { 'insecure-skip-tls-verify': true } }, /insecure-skip-tls-verify/],
  ['the token file of the host', { user: { tokenFile: '/var/run/secrets/token' } }, /a file \(tokenFile\)/],
  ['a CA file', { cluster: { 'certificate-authority': '/etc/ca' } }, /a file \(certificate-authority\)/],
  ['a certificate file', { user: { 'client-certificate': 'x' } }, /a file \(client-certificate\)/],
  ['a key file', { user: { 'client-key': '/etc/key' } }, /a file \(client-key\)/],
  ['an auth-provider', { user: { 'auth-provider': { name: 'gcp' } } }, /auth-provider/],
  ['the metadata service', { server: 'http://169.254.169.254' }, /does not connect to/],
  ['the same in another notation', { server: 'http://0xa9fea9fe/latest' }, /does not connect to/],
  ['and in IPv6', { server: 'https://[::ffff:169.254.169.254]' }, /does not connect to/],
  ['a proxy there', { cluster: { 'proxy-url': 'http://169.254.169.254:80' } }, /does not connect to/],
  ['a proxy of another kind', { cluster: { 'proxy-url': 'file:///etc' } }, /proxy-url/],
  ['a server that is no URL of the web', { server: 'ftp://prod.example.com' }, /no https URL/],
  ['groups that are no names', { user: { 'as-groups': [['a', ['b']]] } }, /as-groups/],
];

for (const [what, parts, message] of refusals) {
  test(`refused: ${what}`, () => {
    const { message: said, reason, terminal } = refusalOf(kubeconfig(parts));
    assert.match(said, message);
    assert.equal([reason, terminal], ['ReconciliationFailed', false]);
  });
}

test('flags allow programs and unverified TLS, and nothing else', () => {
  const text = kubeconfig({
    user: { exec: { command: 'aws' } },
    cluster: { 'insecure-skip-tls-verify': true },
  });
  const { user, insecureSkipTlsVerify } = clusterOfKubeconfig(text, 'it', lenient);
  assert.equal([user.plugin?.exec, insecureSkipTlsVerify], [{ command: 'aws' }, true]);
  for (const [what, parts, message] of refusals.slice(2)) {
    assert.match(refusalOf(kubeconfig(parts), lenient).message, message, what);
  }
});

test('text that is no kubeconfig is not quoted: there may be a token in it', () => {
  for (const text of ['token: *s3cr3t-token', 'a: [ s3cr3t-token', '"s3cr3t-token']) {
    const { message, hint } = refusalOf(text);
    assert.match(message, /KubeConfig secret 'apps\/prod' is not valid YAML$/);
    assert.not.match(`${message} ${hint}`, 's3cr3t');
  }
  assert.match(refusalOf('just text').message, /empty or not a mapping/);
  assert.match(refusalOf('{ "current-context": "" }').message, /no current-context/);
});

test.run();
