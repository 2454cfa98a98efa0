import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordAt, stringAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { createCertificates, startSshServer } from '@flux-host/test/helpers/git-server.ts';
import { load } from 'js-yaml';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { secrets } from '../../../cluster/resources.ts';
import { keyPairOf } from '../../../ssh/private-key.ts';
import { joinSharedCluster } from '../../../testing/world.ts';
import { webhookPath } from '../../trigger/receiver.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;
const dir = mkdtempSync(join(tmpdir(), 'flux-secrets-'));

test.after(async () => {
  rmSync(dir, { recursive: true });
  await world.close();
});

function file(name: string, content: string): string {
  writeFileSync(join(dir, name), content);
  return name;
}

const run = (line: string) => world.flux(`create secret ${line}`, { cwd: dir });

async function inCluster(
  namespace: string,
  name: string,
): Promise<{ secret: KubeObject; data: Record<string, string> }> {
  const secret = await client.get<KubeObject>(secrets, { namespace, name });
  const entries = Object.entries(recordAt(secret, 'data') ?? {});
  return {
    secret,
    data: Object.fromEntries(
      entries.map(([key, value]) => [key, Buffer.from(String(value), 'base64').toString()]),
    ),
  };
}

test('a Secret is created, then updated, and what others keep in it stays', async () => {
  const namespace = await cluster.namespace();
  const line = (password: string) =>
    `git auth --url=https://example.com/app -u git -p ${password} --label team=a -n ${namespace}`;
  const created = await run(line('s3cret'));
  assert.is(created.err, `► git secret 'auth' created in '${namespace}' namespace\n`);
  assert.is(created.code, 0);
  await client.patch(
    secrets,
    { namespace, name: 'auth' },
    { metadata: { labels: { owner: 'me' } }, data: { other: 'eA==' } },
    { type: 'merge' },
  );
  const updated = await run(line('other'));
  assert.is(updated.code, 0, updated.err);
  const { secret, data } = await inCluster(namespace, 'auth');
  assert.equal(data, { username: 'git', password: 'other', other: 'x' });
  assert.equal(secret.metadata.labels, { team: 'a', owner: 'me' });
  assert.not.match(created.all + updated.all, /s3cret|other'/);
});

for (const [algorithm, type] of [
  ['rsa', /^ssh-rsa /],
  ['ecdsa', /^ecdsa-sha2-nistp384 /],
  ['ed25519', /^ssh-ed25519 /],
] as const) {
  test(`for SSH a key pair (${algorithm}) is made and the key of the real server collected`, async () => {
    const namespace = await cluster.namespace();
    const server = await startSshServer();
    try {
      const { code, err } = await run(
        `git ssh --url=ssh://git@127.0.0.1:${server.port}/app --ssh-key-algorithm=${algorithm} -n ${namespace}`,
      );
      assert.is(code, 0, err);
      const { data } = await inCluster(namespace, 'ssh');
      assert.match(data['identity'] ?? '', /^-----BEGIN PRIVATE KEY-----\n/);
      assert.match(data['identity.pub'] ?? '', type);
      assert.is(keyPairOf(data['identity'] ?? '', '').publicKey, data['identity.pub']);
      assert.is(data['known_hosts'], server.knownHosts.trim());
      assert.ok(err.startsWith(`✚ deploy key: ${data['identity.pub']}`), err);
      assert.not.match(err, 'PRIVATE KEY');
    } finally {
      await server.close();
    }
  });
}

test('a key of the user is exported with the server key and its password', async () => {
  const server = await startSshServer({ hostKey: 'ecdsa' });
  try {
    const { identity, publicKey } = await server.addKey({ type: 'rsa', passphrase: 'pass' });
    file('identity', identity);
    const { out, err } = await run(
      `git ssh --url=ssh://git@127.0.0.1:${server.port}/app --private-key-file=identity -p pass -n apps --export`,
    );
    assert.is(err, '');
    const exported = load(out.replace('---\n', ''));
    assert.equal(recordAt(exported, 'metadata'), { name: 'ssh', namespace: 'apps' });
    assert.is(stringAt(exported, 'stringData', 'identity'), identity);
    assert.is(
      stringAt(exported, 'stringData', 'identity.pub')?.trim(),
      publicKey.split(' ').slice(0, 2).join(' '),
    );
    assert.is(stringAt(exported, 'stringData', 'known_hosts'), server.knownHosts.trim());
    assert.is(stringAt(exported, 'stringData', 'password'), 'pass');
  } finally {
    await server.close();
  }
});

test('a client certificate with its key makes a Secret for TLS, one with a foreign key is refused', async () => {
  const namespace = await cluster.namespace();
  const { ca: authority, client: pair } = await createCertificates();
  file('ca.crt', authority);
  file('tls.crt', pair.cert);
  file('tls.key', pair.key);
  const line = `certs --tls-crt-file=tls.crt --ca-crt-file=ca.crt -n ${namespace}`;
  const { code, err } = await run(`tls ${line} --tls-key-file=tls.key`);
  assert.is(code, 0, err);
  const { secret, data } = await inCluster(namespace, 'certs');
  assert.is(secret['type'], 'kubernetes.io/tls');
  assert.equal(data, { 'ca.crt': authority, 'tls.crt': pair.cert, 'tls.key': pair.key });

  const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const pem = foreign.export({ type: 'pkcs8', format: 'pem' }).toString();
  const refused = await run(`tls ${line} --tls-key-file=${file('foreign.key', pem)}`);
  assert.is(refused.code, 1);
  assert.match(refused.err, 'invalid TLS certificate and key pair: private key does not match public key');
  assert.not.match(refused.err, pem.split('\n')[1] ?? '');
});

test('Secrets for Helm hold a certificate, a user or only an authority, in this order', async () => {
  const { ca: authority, client: pair } = await createCertificates();
  file('ca.crt', authority);
  file('tls.crt', pair.cert);
  file('tls.key', pair.key);
  const typeAndKeys = async (flags: string): Promise<string> => {
    const { out, err } = await run(`helm repo ${flags} --export`);
    assert.is(err, '');
    const secret = load(out.replace('---\n', ''));
    const keys = Object.keys(recordAt(secret, 'stringData') ?? {});
    return `${stringAt(secret, 'type') ?? '-'} ${keys.sort().join(' ')}`.trim();
  };
  const ca = '--ca-crt-file=ca.crt';
  const certificate = '--tls-crt-file=tls.crt --tls-key-file=tls.key';
  assert.is(await typeAndKeys(`-u me -p x ${ca} ${certificate}`), 'kubernetes.io/tls ca.crt tls.crt tls.key');
  assert.is(await typeAndKeys(`-u me -p x ${ca}`), 'kubernetes.io/basic-auth ca.crt password username');
  assert.is(await typeAndKeys(ca), 'Opaque ca.crt');
  assert.is(await typeAndKeys(''), '-');
});

test('the token of a Receiver is made up, and the address of its webhook computed', async () => {
  const namespace = await cluster.namespace();
  const { code } = await run(`receiver hook --type=github --hostname=flux.example.com -n ${namespace}`);
  assert.is(code, 0);
  const { secret, data } = await inCluster(namespace, 'hook');
  const token = data['token'] ?? '';
  assert.match(token, /^[0-9a-f]{64}$/);
  assert.is(
    secret.metadata.annotations?.['notification.toolkit.fluxcd.io/webhook'],
    `https://flux.example.com${webhookPath(token, 'hook', namespace)}`,
  );
});

test('every kind of Secret is accepted by the API server', async () => {
  const namespace = await cluster.namespace();
  file('key.pem', 'KEY');
  file('ca.pem', 'CA');
  file('policy.json', JSON.stringify(policy()));
  for (const line of [
    'oci oci --url=ghcr.io -u me -p x',
    'proxy proxy --address=http://proxy:3128 -u me -p x',
    'githubapp app --app-id 1 --app-installation-id 2 --app-private-key key.pem',
    'notation notation --ca-cert-file ca.pem --trust-policy-file policy.json',
    'helm helm -u me -p x',
  ]) {
    const { code, err } = await run(`${line} -n ${namespace}`);
    assert.is(code, 0, err);
  }
  const { items } = await client.list(secrets, { namespace });
  assert.equal(items.map(({ metadata }) => metadata.name).sort(), [
    'app',
    'helm',
    'notation',
    'oci',
    'proxy',
  ]);
});

function policy(statement: object = {}): object {
  const base = {
    name: 'all',
    registryScopes: ['*'],
    signatureVerification: { level: 'strict' },
    trustStores: ['ca:example'],
    trustedIdentities: ['*'],
  };
  return { version: '1.0', trustPolicies: [{ ...base, ...statement }] };
}

const badPolicies: readonly (readonly [object | string, string])[] = [
  ['{', 'failed to unmarshal trust policy policy.json: '],
  ['[]', 'json: cannot unmarshal array into Go value of type trustpolicy.Document'],
  [{ trustPolicies: [] }, 'invalid trust policy: oci trust policy document has empty version'],
  [{ version: '2.0' }, 'unsupported version "2.0"'],
  [{ version: '1.0' }, 'zero trust policy statements'],
  [{ version: '1.0', trustPolicies: [{}] }, 'a trust policy statement is missing a name'],
  [policy({ signatureVerification: {} }), 'signature verification level is empty'],
  [policy({ signatureVerification: { level: 'lax' } }), 'invalid signature verification level "lax"'],
  [
    policy({ signatureVerification: { level: 'strict', override: { integrity: 'log' } } }),
    '"integrity" verification can not be overridden',
  ],
  [
    policy({ signatureVerification: { level: 'strict', override: { expiry: 'skip' } } }),
    '"expiry" verification can not be skipped',
  ],
  [policy({ signatureVerification: { level: 'skip' } }), 'is set to skip signature verification but'],
  [policy({ trustStores: [] }), 'either missing trust stores or trusted identities'],
  [policy({ trustStores: ['example'] }), 'malformed trust store value "example"'],
  [policy({ trustStores: ['x:example'] }), 'unsupported trust store type "x"'],
  [policy({ trustedIdentities: ['*', 'x509.subject: C=US'] }), "uses a wildcard trusted identity '*'"],
  [policy({ trustedIdentities: ['nobody'] }), 'trusted identity "nobody" missing separator'],
  [policy({ trustedIdentities: ['x509.subject: CN=a'] }), `it must contain 'C', 'ST' or 'S', and 'O'`],
  [
    policy({ trustedIdentities: ['x509.subject: C=US,S=WA,O=a', 'x509.subject: C=US, ST=WA, O=a, CN=b'] }),
    'has overlapping x509 trustedIdentities',
  ],
  [policy({ registryScopes: [] }), 'has zero registry scopes'],
  [
    policy({ registryScopes: ['https://example.com/a'] }),
    'registry scope "https://example.com/a" is not valid',
  ],
];

for (const [bad, message] of badPolicies) {
  test(`a trust policy is refused: ${message}`, async () => {
    file('ca.pem', 'CA');
    file('policy.json', typeof bad === 'string' ? bad : JSON.stringify(bad));
    const { code, err } = await run(
      'notation n --ca-cert-file ca.pem --trust-policy-file policy.json --export',
    );
    assert.is(code, 1);
    assert.ok(err.startsWith('✗ ') && err.includes(message), err);
  });
}

const mistakes: readonly (readonly [string, string])[] = [
  ['git', 'name is required'],
  ['git a', 'url is required'],
  ['git a --url=ftp://x', "git URL scheme 'ftp' not supported"],
  ['git a --url=https://x', 'the username and password, or a bearer token is required'],
  ['git a --url=https://x -u a -p b --bearer-token c', 'cannot be used together'],
  ['git a --url=https://x -u a -p b --ca-crt-file no.crt', 'open no.crt: no such file or directory'],
  ['git a --url=ssh://127.0.0.1:1/x', 'SSH key scan for host 127.0.0.1:1 failed'],
  ['git a --url=ssh://x --ssh-key-algorithm=dsa', "unsupported public key algorithm 'dsa'"],
  ['git a --url=ssh://x --ssh-rsa-bits=1000', 'RSA key bit size must be at least 1024'],
  ['githubapp a --app-id 1 --app-private-key key.pem', 'exactly one of githubAppInstallationOwner'],
  ['helm a -u me', 'password is required'],
  ['oci a --url ghcr.io -u me', '--password is required'],
  ['oci a --url https://ghcr.io/x -u me -p x', 'error parsing url'],
  ['proxy a', 'address is required'],
  ['proxy a --address=nonsense', 'invalid proxy address'],
  ['tls a', 'no CA certificate or client certificate pair found'],
  ['tls a --tls-crt-file=key.pem', 'found certificate but missing private key'],
  ['tls a --ca-crt-file=key.pem --label=x', "invalid label format 'x'"],
];

for (const [line, message] of mistakes) {
  test(`"create secret ${line}" is refused: ${message}`, async () => {
    file('key.pem', 'KEY');
    const { code, err } = await run(line);
    assert.is(code, 1);
    assert.ok(err.startsWith('✗ ') && err.includes(message), err);
  });
}

test('files are those of the current folder', async () => {
  file('ca.pem', 'CA');
  const { out } = await run('tls a --ca-crt-file=ca.pem --export');
  assert.match(out, `  ca.crt: ${readFileSync(join(dir, 'ca.pem'), 'utf8')}\n`);
});

test.run();
