import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCosign } from '@flux-host/test/helpers/cosign.ts';
import { startRegistry } from '@flux-host/test/helpers/registry.ts';
import { createSigstore, type Signing } from '@flux-host/test/helpers/sigstore.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { createOciClient } from '../oci/client.ts';
import { mediaType } from '../oci/media-types.ts';
import { formatReference } from '../oci/reference.ts';
import { createEgress } from '../sandbox/egress/egress.ts';
import { rejection } from '../sandbox/testing/rejects.ts';
import { legacyTag } from './candidates.ts';
import { readPublicKey } from './public-key.ts';
import { simpleSigningType } from './simple-signing.ts';
import type { IdentityPattern } from './types.ts';
import { verifyCosign } from './verify.ts';

const egress = createEgress();
const client = createOciClient({ egress });
const registry = await startRegistry();
const cosign = await startCosign();
const sigstore = await createSigstore();
writeFileSync(join(cosign.dir, 'trusted_root.json'), sigstore.trustedRoot);

const subject = 'https://github.com/team/app/.github/workflows/release.yml@refs/tags/v1';
const issuer = 'https://token.actions.githubusercontent.com';
const allowed = {
  issuer: '^https://token\\.actions\\.githubusercontent\\.com$',
  subject: '^https://github\\.com/team/app/',
};
const hour = 3_600_000;
const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

let images = 0;
async function image() {
  images += 1;
  const ref = { registry: registry.address, name: `team/keyless-${images}` };
  const config = { ...(await client.pushBlob(ref, Buffer.from('{}'))), mediaType: mediaType.empty };
  const subject = await client.pushManifest(ref, {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    config,
    layers: [],
    annotations: { n: String(images) },
  });
  return { ref, config, subject, digest: subject.digest };
}
type Image = Awaited<ReturnType<typeof image>>;

async function attach({ ref, config, subject }: Image, bundle: object) {
  const layer = {
    ...(await client.pushBlob(ref, Buffer.from(JSON.stringify(bundle)))),
    mediaType: bundleType,
  };
  await client.pushManifest(ref, {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    artifactType: bundleType,
    config,
    layers: [layer],
    subject,
  });
}

async function attachLegacy(
  { ref, config, digest }: Image,
  { payload, annotations }: Awaited<ReturnType<typeof sigstore.legacy>>,
) {
  const layer = { ...(await client.pushBlob(ref, payload)), mediaType: simpleSigningType, annotations };
  const tag = legacyTag(digest);
  await client.pushManifest(
    { ...ref, tag },
    { schemaVersion: 2, mediaType: mediaType.ociManifest, config, layers: [layer] },
  );
}

const verify = (
  { ref, digest }: Image,
  {
    identities = [allowed],
    trustedRoot = sigstore.trustedRoot,
  }: { identities?: IdentityPattern[]; trustedRoot?: string } = {},
) => verifyCosign({ client, ref, digest, policy: { kind: 'keyless', trustedRoot, identities } });

const cosignVerify = ({ ref, digest }: Image, identity = allowed) =>
  cosign.run([
    ...['verify', '--trusted-root', 'trusted_root.json', '--certificate-identity-regexp', identity.subject],
    ...['--certificate-oidc-issuer-regexp', identity.issuer, formatReference({ ...ref, digest })],
  ]);

/** An image with a signature of one of the two kinds. */
async function signed(format: 'bundle' | 'legacy', more: Partial<Signing> = {}) {
  const one = await image();
  const signing = { digest: one.digest, subject, issuer, ...more };
  if (format === 'bundle') await attach(one, await sigstore.bundle(signing));
  else await attachLegacy(one, await sigstore.legacy(signing));
  return one;
}

const isRefused = async (one: Image, part: RegExp, options?: Parameters<typeof verify>[1]) => {
  const error = await rejection(verify(one, options), 'FLUX_E_SIGNATURE_INVALID');
  assert.match(error.text, part);
};

for (const format of ['bundle', 'legacy'] as const) {
  test(`a signature by a workflow that may sign is good (${format}), for cosign too`, async () => {
    const one = await signed(format);
    assert.equal(await verify(one), { format, signer: `${subject} (${issuer})` });
    assert.match(await cosignVerify(one), /code-signing certificate|transparency log/);
  });

  test(`who signed with a certificate that ended before is refused (${format}), by cosign too`, async () => {
    const [notBefore, notAfter] = [new Date(Date.now() - 2 * hour), new Date(Date.now() - hour)];
    const one = await signed(format, { notBefore, notAfter });
    await isRefused(one, /certificate is not trusted.*not valid or expired at the specified date/);
    assert.match(await cosignVerify(one).catch(String), /expired|not valid|no matching|could not verify/i);
    // What counts is the time of signing, not now.
    await verify(await signed(format, { notBefore, notAfter, at: new Date(Date.now() - 1.5 * hour) }));
  });

  test(`another workflow, or another issuer, is refused and named (${format})`, async () => {
    const stranger = 'https://github.com/evil/app/.github/workflows/release.yml@refs/heads/main';
    await isRefused(
      await signed(format, { subject: stranger }),
      /was made by https:\/\/github\.com\/evil\/app.*not in matchOIDCIdentity/,
    );
    await isRefused(
      await signed(format, { issuer: 'https://evil.example' }),
      /\(https:\/\/evil\.example\), who is not in/,
    );
  });

  test(`a signature for another digest is refused (${format})`, async () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    await isRefused(await signed(format, { digest }), new RegExp(`it is for ${digest}, not for sha256:`));
  });

  test(`another Sigstore instance is not believed (${format})`, async () => {
    const other = await createSigstore();
    await isRefused(await signed(format), /certificate is not trusted/, { trustedRoot: other.trustedRoot });
  });

  test(`a key is asked for and a certificate is there (${format}), or the other way round: that is said`, async () => {
    const one = await signed(format);
    const { publicKey } = await cosign.keyPair(`pair-${format}`);
    const policy = { kind: 'keys', keys: [readPublicKey('cosign.pub', publicKey)] } as const;
    const error = await rejection(verifyCosign({ client, ...one, policy }), 'FLUX_E_SIGNATURE_INVALID');
    assert.match(
      error.text,
      format === 'bundle' ? /made with a certificate \(keyless\)/ : /does not fit cosign\.pub/,
    );
    const other = await image();
    await cosign.sign(formatReference({ ...other.ref, digest: other.digest }), `pair-${format}`, format);
    await isRefused(other, /made with a key, and a certificate \(keyless\) is asked for/);
  });
}

test('one of several identities is enough; with none everyone with a certificate may sign', async () => {
  const one = await signed('bundle', { subject: 'ada@example.com', issuer: 'https://accounts.example.com' });
  await isRefused(one, /matchOIDCIdentity/);
  await verify(one, { identities: [allowed, { issuer: 'accounts', subject: '^ada@' }] });
  await verify(one, { identities: [] });
  await isRefused(one, /matchOIDCIdentity/, {
    identities: [
      { issuer: 'accounts', subject: '^eve@' },
      { issuer: '^x', subject: 'ada' },
    ],
  });
});

test('a pattern in Go’s syntax works, and one that is none is refused before the registry is asked', async () => {
  const one = await signed('bundle');
  await verify(one, {
    identities: [{ issuer: '(?i)TOKEN\\.ACTIONS', subject: '\\Ahttps://github\\.com/[[:alpha:]]+/app' }],
  });
  const error = await rejection(
    verify(one, { identities: [{ issuer: '(', subject: 'x' }] }),
    'FLUX_E_SIGNATURE_IDENTITY',
  );
  assert.ok(error.terminal);
});

test('certificates that come in the wrong order, or are others, are refused', async () => {
  const one = await image();
  const bundle = await sigstore.bundle({ digest: one.digest, subject, issuer });
  const [intermediate] = JSON.parse(sigstore.trustedRoot).certificateAuthorities[0].certChain.certificates;
  const leaf = bundle.verificationMaterial.certificate;
  assert.ok(leaf);
  const { tlogEntries } = bundle.verificationMaterial;
  const chain = { x509CertificateChain: { certificates: [intermediate, leaf] }, tlogEntries };
  await attach(one, {
    ...bundle,
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2',
    verificationMaterial: chain,
  });
  await isRefused(one, /certificate is not trusted|signature is wrong|log is not right/);
  const other = await sigstore.bundle({ digest: one.digest, subject: 'eve@example.com', issuer });
  const two = await image();
  await attach(two, { ...bundle, verificationMaterial: { ...other.verificationMaterial, tlogEntries } });
  await isRefused(two, /signature is wrong|log is not right/);
});

test('the order of the certificates in the trusted root does not matter', async () => {
  const root = JSON.parse(sigstore.trustedRoot);
  root.certificateAuthorities[0].certChain.certificates.reverse();
  await verify(await signed('bundle'), { trustedRoot: JSON.stringify(root) });
});

test('a certificate that no certificate log knows is refused', async () => {
  const root = JSON.parse(sigstore.trustedRoot);
  root.ctlogs = JSON.parse((await createSigstore()).trustedRoot).ctlogs;
  await isRefused(await signed('bundle'), /SCT verification failed/, { trustedRoot: JSON.stringify(root) });
});

test('a signature that no transparency log has is refused', async () => {
  const root = JSON.parse(sigstore.trustedRoot);
  root.tlogs = JSON.parse((await createSigstore()).trustedRoot).tlogs;
  await isRefused(await signed('bundle'), /log/, { trustedRoot: JSON.stringify(root) });
  const one = await image();
  const bundle = await sigstore.bundle({ digest: one.digest, subject, issuer });
  await attach(one, { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries: [] } });
  await isRefused(one, /time of signing is not proven/);
});

test('a time that the log did not sign is not believed', async () => {
  const one = await image();
  // The certificate has ended; who has its key sets the time back and leaves the log's promise away.
  const [notBefore, notAfter] = [new Date(Date.now() - 2 * hour), new Date(Date.now() - hour)];
  const bundle = await sigstore.bundle({ digest: one.digest, subject, issuer, notBefore, notAfter });
  const [entry] = bundle.verificationMaterial.tlogEntries;
  const { inclusionPromise: _promise, ...rest } = { inclusionPromise: undefined, ...entry };
  const back = { ...rest, integratedTime: String(Math.floor(Date.now() / 1000 - 5400)) };
  await attach(one, {
    ...bundle,
    verificationMaterial: { ...bundle.verificationMaterial, tlogEntries: [back] },
  });
  await isRefused(one, /time of signing is not proven/);
});

test('a log entry for something else is refused', async () => {
  const one = await image();
  const bundle = await sigstore.bundle({ digest: one.digest, subject, issuer });
  const other = await sigstore.bundle({ digest: one.digest, subject, issuer });
  const { tlogEntries } = other.verificationMaterial;
  await attach(one, { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries } });
  await isRefused(one, /log is not right/);
});

test('a trusted root that is none is refused', async () => {
  const one = await image();
  for (const trustedRoot of [
    '',
    '{',
    '[]',
    '{}',
    '{"certificateAuthorities":[]}',
    '{"certificateAuthorities":[{"certChain":{"certificates":[{"rawBytes":"AAAA"}]}}]}',
  ]) {
    const error = await rejection(verify(one, { trustedRoot }), 'FLUX_E_SIGNATURE_TRUST_ROOT');
    assert.instance(error, FluxError);
  }
});

test.after(async () => {
  await egress.close();
  await Promise.all([registry.stop(), cosign.close()]);
});

test.run();
