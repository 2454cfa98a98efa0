import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cosignPassword, startCosign } from '@flux-host/test/helpers/cosign.ts';
import { startReferrersRegistry, startRegistry } from '@flux-host/test/helpers/registry.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createOciClient } from '../oci/client.ts';
import { mediaType } from '../oci/media-types.ts';
import { formatReference, parseReference } from '../oci/reference.ts';
import type { Reference } from '../oci/types.ts';
import { createEgress } from '../sandbox/egress/egress.ts';
import { rejection } from '../sandbox/testing/rejects.ts';
import { legacyTag } from './candidates.ts';
import { generateKeyPair, readPrivateKey } from './private-key.ts';
import { readPublicKey } from './public-key.ts';
import { signCosign } from './sign.ts';
import type { VerifiedSignature } from './types.ts';
import { verifyCosign } from './verify.ts';

const egress = createEgress();
const client = createOciClient({ egress });
const cosign = await startCosign();
const plain = await startRegistry();
const modern = await startReferrersRegistry();
const ours = await cosign.keyPair('cosign');
const others = await cosign.keyPair('other');

/** Pushes an image with content of its own and returns it with its digest. */
async function image(repository: string, address = plain.address) {
  const ref: Reference = parseReference(`${address}/${repository}:v1`);
  const layer = await client.pushBlob(ref, Buffer.from(repository));
  const config = await client.pushBlob(ref, Buffer.from('{}'));
  const { digest } = await client.pushManifest(ref, {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    config: { ...config, mediaType: mediaType.empty },
    layers: [layer],
  });
  const { registry, name } = ref;
  return { ref: { registry, name }, digest, text: formatReference({ registry, name, digest }) };
}
type Image = Awaited<ReturnType<typeof image>>;

const verify = ({ ref, digest }: Image, ...keys: string[]): Promise<VerifiedSignature> =>
  verifyCosign({
    client,
    ref,
    digest,
    policy: { kind: 'keys', keys: keys.map((key, index) => readPublicKey(`key-${index}.pub`, key)) },
  });

for (const format of ['bundle', 'legacy'] as const) {
  for (const [kind, address] of [
    ['the distribution registry', plain.address],
    ['a registry with the referrers API', modern.address],
  ] as const) {
    test(`what cosign signs (${format}) in ${kind} is verified`, async () => {
      const signed = await image(`theirs/${format}`, address);
      await cosign.sign(signed.text, 'cosign', format);
      assert.equal(await verify(signed, ours.publicKey), { format, signer: 'key key-0.pub' });
      assert.equal(await verify(signed, others.publicKey, ours.publicKey), {
        format,
        signer: 'key key-1.pub',
      });
    });

    test(`cosign accepts what is signed here (${format}) in ${kind}`, async () => {
      const signed = await image(`ours/${format}`, address);
      const key = await readPrivateKey('cosign.key', ours.privateKey, cosignPassword);
      await signCosign({ client, ...signed, key, format, annotations: { revision: 'main@sha1:abc' } });
      assert.match(
        await cosign.verify(signed.text, 'cosign'),
        /signatures were verified against the specified public key/,
      );
      assert.match(await cosign.verify(signed.text, 'cosign'), /main@sha1:abc/);
      assert.is((await verify(signed, ours.publicKey)).format, format);
      const refused = await cosign.verify(signed.text, 'other').catch(String);
      assert.match(refused, /no matching|invalid signature|could not verify/i);
    });
  }

  test(`the signature of another key (${format}) is refused`, async () => {
    const signed = await image(`stranger/${format}`);
    await cosign.sign(signed.text, 'other', format);
    const error = await rejection(verify(signed, ours.publicKey), 'FLUX_E_SIGNATURE_INVALID');
    assert.match(
      error.text,
      format === 'bundle' ? /made with another key than key-0\.pub/ : /does not fit key-0\.pub/,
    );
    assert.match(error.text, /hint: put the public key of whoever signs into the Secret/);
    assert.is(error.reason, 'VerificationError');
  });

  test(`a good signature counts beside one of a stranger (${format})`, async () => {
    const signed = await image(`both/${format}`);
    await cosign.sign(signed.text, 'other', format);
    await cosign.sign(signed.text, 'cosign', format);
    await verify(signed, ours.publicKey);
    await verify(signed, others.publicKey);
  });

  test(`two who sign here do not remove each other's signatures (${format})`, async () => {
    const signed = await image(`two/${format}`);
    for (const pair of [ours, others]) {
      const key = await readPrivateKey('k', pair.privateKey, cosignPassword);
      await signCosign({ client, ...signed, key, format });
    }
    await cosign.verify(signed.text, 'cosign');
    await cosign.verify(signed.text, 'other');
  });
}

test('an image that nobody signed is refused, and how to sign it is said', async () => {
  const error = await rejection(verify(await image('unsigned'), ours.publicKey), 'FLUX_E_SIGNATURE_MISSING');
  assert.match(error.text, /has no cosign signature .*cosign sign.*cosign copy/);
});

test('a bundle for another digest, moved to this one, is refused', async () => {
  const [good, evil] = [await image('moved/good'), await image('moved/evil')];
  await cosign.sign(good.text, 'cosign');
  const [found] = await client.referrers({ ...good.ref, digest: good.digest });
  assert.ok(found);
  const { content } = await client.manifest({ ...good.ref, digest: found.digest });
  assert.ok(content.kind === 'image');
  const { descriptor } = await client.manifest({ ...evil.ref, digest: evil.digest });
  const { mediaType: type, digest, size } = descriptor;
  for (const layer of [...content.manifest.layers, content.manifest.config])
    await client.pushBlob(evil.ref, await client.readBlob(good.ref, layer, { maxBytes: 10_000 }));
  await client.pushManifest(evil.ref, { ...content.manifest, subject: { mediaType: type, digest, size } });
  const error = await rejection(verify(evil, ours.publicKey), 'FLUX_E_SIGNATURE_INVALID');
  assert.match(error.text, new RegExp(`it is for ${good.digest}, not for ${evil.digest}`));
});

test('a signature of cosign 2 for another digest, moved to this one, is refused', async () => {
  const [good, evil] = [await image('moved2/good'), await image('moved2/evil')];
  await cosign.sign(good.text, 'cosign', 'legacy');
  const { content, bytes } = await client.manifest({ ...good.ref, tag: legacyTag(good.digest) });
  assert.ok(content.kind === 'image');
  for (const blob of [...content.manifest.layers, content.manifest.config])
    await client.pushBlob(evil.ref, await client.readBlob(good.ref, blob, { maxBytes: 10_000 }));
  await client.pushManifest({ ...evil.ref, tag: legacyTag(evil.digest) }, bytes);
  const error = await rejection(verify(evil, ours.publicKey), 'FLUX_E_SIGNATURE_INVALID');
  assert.match(error.text, new RegExp(`it is for ${good.digest}, not for ${evil.digest}`));
});

test('a bundle that was changed says so: key and digest are right, the signature is not', async () => {
  const signed = await image('tampered');
  await cosign.sign(signed.text, 'cosign');
  const [found] = await client.referrers({ ...signed.ref, digest: signed.digest });
  assert.ok(found);
  const { content } = await client.manifest({ ...signed.ref, digest: found.digest });
  assert.ok(content.kind === 'image');
  const [layer] = content.manifest.layers;
  assert.ok(layer);
  const bundle = JSON.parse(
    Buffer.from(await client.readBlob(signed.ref, layer, { maxBytes: 10_000 })).toString(),
  );
  const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString());
  statement.subject[0].annotations = { revision: 'evil' };
  bundle.dsseEnvelope.payload = Buffer.from(JSON.stringify(statement)).toString('base64');
  const blob = await client.pushBlob(signed.ref, Buffer.from(JSON.stringify(bundle)));
  await client.deleteManifest({ ...signed.ref, digest: found.digest });
  await client.deleteManifest({
    ...signed.ref,
    digest: (await client.resolve({ ...signed.ref, tag: signed.digest.replace(':', '-') })).digest,
  });
  await client.pushManifest(signed.ref, {
    ...content.manifest,
    layers: [{ ...blob, mediaType: layer.mediaType }],
  });
  const error = await rejection(verify(signed, ours.publicKey), 'FLUX_E_SIGNATURE_INVALID');
  assert.match(error.text, /says that it was made with key-0\.pub, and it was not/);
});

test('a payload of cosign 2 that was changed is refused', async () => {
  const signed = await image('tampered2');
  await cosign.sign(signed.text, 'cosign', 'legacy');
  const ref = { ...signed.ref, tag: legacyTag(signed.digest) };
  const { content } = await client.manifest(ref);
  assert.ok(content.kind === 'image');
  const [layer] = content.manifest.layers;
  assert.ok(layer);
  const payload = JSON.parse(
    Buffer.from(await client.readBlob(signed.ref, layer, { maxBytes: 10_000 })).toString(),
  );
  payload.optional = { revision: 'evil' };
  const blob = await client.pushBlob(signed.ref, Buffer.from(JSON.stringify(payload)));
  await client.pushManifest(ref, {
    ...content.manifest,
    layers: [{ ...layer, digest: blob.digest, size: blob.size }],
  });
  await rejection(verify(signed, ours.publicKey), 'FLUX_E_SIGNATURE_INVALID');
});

test('rubbish among the referrers does not hide a good signature, and alone it is named', async () => {
  const signed = await image('rubbish');
  const { descriptor } = await client.manifest({ ...signed.ref, digest: signed.digest });
  const subject = { mediaType: descriptor.mediaType, digest: descriptor.digest, size: descriptor.size };
  const config = { ...(await client.pushBlob(signed.ref, Buffer.from('{}'))), mediaType: mediaType.empty };
  const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  for (const text of ['{', '{"mediaType":"x"}', 'null', '[]']) {
    const layer = { ...(await client.pushBlob(signed.ref, Buffer.from(text))), mediaType: type };
    await client.pushManifest(signed.ref, {
      schemaVersion: 2,
      mediaType: mediaType.ociManifest,
      artifactType: type,
      config,
      layers: [layer],
      subject,
    });
  }
  const error = await rejection(verify(signed, ours.publicKey), 'FLUX_E_SIGNATURE_INVALID');
  assert.match(error.text, /bundle sha256:[0-9a-f]{64}: it is no Sigstore bundle.*and 1 more/);
  await cosign.sign(signed.text, 'cosign', 'legacy');
  assert.is((await verify(signed, ours.publicKey)).format, 'legacy');
});

test('an index is signed and verified like an image', async () => {
  const part = await image('index/part');
  const { descriptor } = await client.manifest({ ...part.ref, digest: part.digest });
  const { digest } = await client.pushManifest(
    { ...part.ref, tag: 'multi' },
    { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: [descriptor] },
  );
  const text = formatReference({ ...part.ref, digest });
  await cosign.sign(text, 'cosign');
  await verify({ ref: part.ref, digest, text }, ours.publicKey);
});

test('a key pair that is made here works with cosign', async () => {
  const pair = await generateKeyPair('s3cret');
  writeFileSync(join(cosign.dir, 'made.key'), pair.privateKey);
  writeFileSync(join(cosign.dir, 'made.pub'), pair.publicKey);
  assert.is(
    await cosign.run(['public-key', '--key', 'made.key'], { COSIGN_PASSWORD: 's3cret' }),
    pair.publicKey,
  );
  const signed = await image('made');
  await signCosign({ client, ...signed, key: await readPrivateKey('made.key', pair.privateKey, 's3cret') });
  await cosign.verify(signed.text, 'made');
});

test.after(async () => {
  await egress.close();
  await Promise.all([plain.stop(), modern.stop(), cosign.close()]);
});

test.run();
