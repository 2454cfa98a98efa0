import { type NotationAuthority, notationAuthority, trustPolicy } from '@flux-host/test/helpers/notation.ts';
import { artifactPusher } from '@flux-host/test/helpers/oci/artifacts.ts';
import { startRegistry } from '@flux-host/test/helpers/registry.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejectionOf } from '../../errors/testing.ts';
import { createEgress } from '../../sandbox/egress/egress.ts';
import { httpServer } from '../../sandbox/testing/servers.ts';
import { verifyNotation } from './verify.ts';

const registry = await startRegistry();
const artifacts = artifactPusher(registry.address);
const egress = createEgress();
const authority = await notationAuthority();
const stranger = await notationAuthority('CN=another authority,O=Other,ST=WA,C=US');
const lists = new Map<string, Buffer>();
const listServer = await httpServer((request, response) => {
  const list = lists.get(request.url ?? '');
  response.writeHead(list ? 200 : 404).end(list);
});

test.after(async () => {
  await artifacts.close();
  await egress.close();
  await registry.stop();
  await listServer.close();
  authority.close();
  stranger.close();
});

let count = 0;
async function pushed() {
  count += 1;
  const name = `signed-${count}`;
  const digest = await artifacts.push(name, 'v1', { files: { 'a.yaml': String(count) } });
  return { name, digest, reference: `${registry.address}/${name}@${digest}` };
}

interface Case {
  readonly policy?: object;
  readonly trusted?: NotationAuthority;
  readonly now?: number;
}

function verdict(
  { name, digest }: { name: string; digest: string },
  { policy = trustPolicy(), trusted = authority, now }: Case = {},
) {
  return verifyNotation({
    client: artifacts.client,
    repository: artifacts.repository(name),
    digest,
    trustPolicy: JSON.stringify(policy),
    certificates: [['ca.crt', Buffer.from(trusted.certificate)]],
    egress,
    ...(now === undefined ? {} : { now }),
  });
}

for (const format of ['jws', 'cose'] as const) {
  for (const algorithm of ['P-256', 'P-384', 'RSA-2048', 'RSA-3072'] as const) {
    test(`a signature in ${format} with ${algorithm} is good, for notation as well`, async () => {
      const artifact = await pushed();
      const signer = await authority.signer({ algorithm });
      await signer.sign(artifact.reference, format);
      const { kind, signer: who } = { signer: '', ...(await verdict(artifact)) };
      assert.is(kind, 'verified');
      assert.match(who, /CN=test signer/);
      assert.is(await authority.verify(artifact.reference, trustPolicy()), 'strict');
    });
  }
}

test('what nobody signed, and what a stranger signed, is refused by name', async () => {
  const artifact = await pushed();
  const missing = await rejectionOf(verdict(artifact));
  assert.is(missing.code, 'FLUX_E_SIGNATURE_MISSING');
  await (await stranger.signer()).sign(artifact.reference);
  const error = await rejectionOf(verdict(artifact));
  assert.is(error.code, 'FLUX_E_SIGNATURE_INVALID');
  assert.match(error.message, /none of its certificates is trusted; the last is that of .*another authority/);
  assert.is((await verdict(artifact, { trusted: stranger })).kind, 'verified');
});

test('of several signatures one good one is enough', async () => {
  const artifact = await pushed();
  await (await stranger.signer()).sign(artifact.reference);
  await (await authority.signer()).sign(artifact.reference, 'cose');
  assert.is((await verdict(artifact)).kind, 'verified');
});

test('a certificate that expired, or is not valid yet, is refused; a permissive policy takes it', async () => {
  const artifact = await pushed();
  await (await authority.signer()).sign(artifact.reference);
  const permissive = trustPolicy({ signatureVerification: { level: 'permissive' } });
  for (const days of [-30, 30]) {
    const now = Date.now() + days * 86_400_000;
    assert.match((await rejectionOf(verdict(artifact, { now }))).message, /is valid from .* to /);
    const { kind, tolerated } = await verdict(artifact, { now, policy: permissive });
    assert.is(kind, 'verified');
    assert.equal(
      tolerated.map(({ check }) => check),
      ['authenticTimestamp'],
    );
  }
});

test('an expired signature is refused; audit lets it pass without calling it verified', async () => {
  const artifact = await pushed();
  await (await authority.signer()).sign(artifact.reference, 'jws', '1s');
  const now = Date.now() + 2000;
  assert.match((await rejectionOf(verdict(artifact, { now }))).message, /it expired at /);
  const audit = trustPolicy({ signatureVerification: { level: 'audit' } });
  assert.is((await verdict(artifact, { policy: audit, now })).kind, 'verified');
  assert.is((await verdict(artifact, { policy: audit, trusted: stranger })).kind, 'ignored');
  const skip = trustPolicy({ signatureVerification: { level: 'skip' } });
  assert.is((await verdict(artifact, { policy: skip })).kind, 'ignored');
});

test('a revoked certificate is refused, a list that cannot be had is a doubt, and the override decides about doubts', async () => {
  const artifact = await pushed();
  const revocationList = `${listServer.url}/list.crl`;
  const signer = await authority.signer({ revocationList });
  await signer.sign(artifact.reference);
  assert.match((await rejectionOf(verdict(artifact))).message, /cannot be found out: .*status 404/);
  lists.set('/list.crl', await authority.revocationList([await authority.signer()]));
  assert.is((await verdict(artifact)).kind, 'verified');
  lists.set('/list.crl', await authority.revocationList([signer]));
  assert.match((await rejectionOf(verdict(artifact))).message, /was revoked/);
  lists.set('/list.crl', await stranger.revocationList([]));
  assert.match((await rejectionOf(verdict(artifact))).message, /not signed by the issuer/);
  lists.set('/list.crl', await authority.revocationList([], new Date(Date.now() - 1000)));
  assert.match((await rejectionOf(verdict(artifact))).message, /out of date/);
  const lenient = trustPolicy({
    signatureVerification: { level: 'strict', override: { revocation: 'skip' } },
  });
  assert.is((await verdict(artifact, { policy: lenient })).kind, 'verified');
});

test('identities and scopes of the policy are kept to', async () => {
  const artifact = await pushed();
  await (await authority.signer()).sign(artifact.reference);
  const identity = (text: string) => trustPolicy({ trustedIdentities: [`x509.subject: ${text}`] });
  assert.is((await verdict(artifact, { policy: identity('C=US, ST=WA, O=Test') })).kind, 'verified');
  const other = await rejectionOf(verdict(artifact, { policy: identity('C=US, ST=WA, O=Other') }));
  assert.match(other.message, /none of the trusted identities/);
  const elsewhere = trustPolicy({ registryScopes: ['registry.example.com/app'] });
  const error = await rejectionOf(verdict(artifact, { policy: elsewhere }));
  assert.match(error.message, new RegExp(`no statement for ${registry.address}/${artifact.name}`));
});

test('a signature that was moved to another artifact, or changed, is refused', async () => {
  const [first, second] = [await pushed(), await pushed()];
  await (await authority.signer()).sign(first.reference);
  const { client } = artifacts;
  const subject = { ...artifacts.repository(first.name), digest: first.digest };
  const [found] = await client.referrers(subject);
  const { content } = await client.manifest({ ...subject, digest: found?.digest ?? '' });
  if (content.kind !== 'image') throw new Error('no signature');
  const [layer] = content.manifest.layers;
  if (!layer) throw new Error('no signature');
  const bytes = await client.readBlob(subject, layer, { maxBytes: 1 << 20 });
  const attach = async (to: { name: string; digest: string }, envelope: Uint8Array) => {
    const repository = artifacts.repository(to.name);
    const blob = await client.pushBlob(repository, envelope);
    await client.pushBlob(repository, Buffer.from('{}'));
    await client.pushManifest(repository, {
      ...content.manifest,
      layers: [{ ...blob, mediaType: layer.mediaType }],
      subject: await client.resolve({ ...repository, digest: to.digest }),
    });
  };
  await attach(second, bytes);
  assert.match((await rejectionOf(verdict(second))).message, /another artifact/);
  const third = await pushed();
  const changed = JSON.parse(Buffer.from(bytes).toString());
  const payload = {
    targetArtifact: await client.resolve({ ...artifacts.repository(third.name), digest: third.digest }),
  };
  changed.payload = Buffer.from(JSON.stringify(payload)).toString('base64url');
  await attach(third, Buffer.from(JSON.stringify(changed)));
  assert.match((await rejectionOf(verdict(third))).message, /the signature is wrong/);
  const fourth = await pushed();
  await attach(fourth, Buffer.from('{"payload": 1}'));
  assert.match((await rejectionOf(verdict(fourth))).message, /no JWS/);
});

/** Policies that cannot be used, with a part of what is said. */
const policies: Record<string, readonly [unknown, RegExp]> = {
  'no JSON': ['{', /no JSON object/],
  'no statement': [{ version: '1.0', trustPolicies: [] }, /zero trust policy statements/],
  'an unknown level': [trustPolicy({ signatureVerification: { level: 'lax' } }), /level/],
  'no trust store': [trustPolicy({ trustStores: [] }), /missing trust stores or trusted identities/],
  'no identity': [trustPolicy({ trustedIdentities: [] }), /missing trust stores or trusted identities/],
  'an identity without state': [
    trustPolicy({ trustedIdentities: ['x509.subject: C=US, O=Test'] }),
    /must contain 'C', 'ST' or 'S', and 'O'/,
  ],
  'a skipped authenticity': [
    trustPolicy({ signatureVerification: { level: 'strict', override: { authenticity: 'skip' } } }),
    /"authenticity" verification can not be skipped/,
  ],
};

for (const [what, [policy, message]] of Object.entries(policies)) {
  test(`a trust policy with ${what} is refused with the reason`, async () => {
    const error = await rejectionOf(
      verifyNotation({
        client: artifacts.client,
        repository: artifacts.repository('any'),
        digest: `sha256:${'0'.repeat(64)}`,
        trustPolicy: typeof policy === 'string' ? policy : JSON.stringify(policy),
        certificates: [],
        egress,
      }),
    );
    assert.is(error.code, 'FLUX_E_SIGNATURE_POLICY');
    assert.match(error.message, message);
  });
}

test.run();
