import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPgpKey, type SigningKey, sshSigningKey } from '../../helpers/git-server.ts';
import { type App, configMap, createApp } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';

let world: World;
let [pgp, ssh, other]: SigningKey[] = [];
const keys: SigningKey[] = [];
test.before(async () => {
  world = await createWorld();
  keys.push(...(await Promise.all([openPgpKey('ada'), sshSigningKey(), sshSigningKey('ecdsa')])));
  [pgp, ssh, other] = keys;
});
test.after(async () => {
  await Promise.all(keys.map((key) => key.close()));
  await world.close();
});

/** A repository whose tip is signed, and a source that wants it verified. */
async function signedApp(
  sign: SigningKey | undefined,
  {
    mode,
    trusted,
    ref,
  }: { mode?: 'HEAD' | 'Tag' | 'TagAndHEAD'; trusted: Record<string, string>; ref?: object },
): Promise<App> {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    sourceOnly: true,
    source: { suspend: true },
  });
  await app.repository.commit({ files: { 'two.yaml': configMap('two') }, ...(sign ? { sign } : {}) });
  await trust(app, trusted);
  await world.patch(app.source, {
    spec: {
      suspend: false,
      verify: { mode: mode ?? 'HEAD', secretRef: { name: 'trusted' } },
      ...(ref ? { ref } : {}),
    },
  });
  return app;
}

async function trust(app: App, trusted: Record<string, string>): Promise<void> {
  const metadata = { name: 'trusted', namespace: app.namespace };
  await world.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: trusted });
}

test('a commit that a trusted OpenPGP or SSH key signed is stored, and the condition names the key', async () => {
  const cases: [SigningKey | undefined, Record<string, string>, RegExp][] = [
    [pgp, { 'ada.asc': pgp?.publicKey ?? '' }, /with key '[0-9A-F]{16}'$/],
    [ssh, { 'ada.sshpub': ssh?.publicKey ?? '', 'bob.sshpub': other?.publicKey ?? '' }, /with key 'SHA256:/],
  ];
  for (const [key, trusted, message] of cases) {
    const app = await signedApp(key, { trusted });
    const source = await world.ready(app.source, await app.revision());
    const verified = condition(source, 'SourceVerified');
    assert.is(verified?.status, 'True');
    assert.is(verified?.reason, 'Succeeded');
    assert.match(verified?.message ?? '', /^verified signature of\n\t- commit '[0-9a-f]{40}'/);
    assert.match(verified?.message ?? '', message);
    assert.is(source.status?.['sourceVerificationMode'], 'HEAD');
  }
});

test('an unsigned commit, and one by an unknown key, are not stored; the last good artifact stays', async () => {
  const app = await signedApp(ssh, { trusted: { 'ada.sshpub': ssh?.publicKey ?? '' } });
  const good = await app.revision();
  await world.ready(app.source, good);
  await app.push({ files: { 'three.yaml': configMap('three') } });
  await world.failed(app.source, 'InvalidCommitSignature', /unsupported signature type: empty/);
  await app.repository.commit({
    files: { 'four.yaml': configMap('four') },
    ...(other ? { sign: other } : {}),
  });
  await world.request(app.source);
  await world.failed(
    app.source,
    'InvalidCommitSignature',
    /authorized keys: no matching key(.|\n)*signed with key SHA256/,
  );
  const source = await world.get(app.source);
  assert.is(condition(source, 'SourceVerified')?.status, 'False');
  assert.is(source.status?.artifact?.revision, good);
  const answer = await fetch(source.status?.artifact?.url ?? '');
  assert.is(answer.status, 200);
  await answer.body?.cancel();
});

test('tags are verified by their own signature, alone or with the commit', async () => {
  const trusted = { 'ada.asc': pgp?.publicKey ?? '', 'bob.sshpub': ssh?.publicKey ?? '' };
  const app = await signedApp(ssh, { mode: 'TagAndHEAD', trusted, ref: { branch: null, tag: 'v1.0.0' } });
  await app.repository.tag('v1.0.0', pgp ? { sign: pgp } : {});
  await world.request(app.source);
  const source = await world.ready(app.source);
  assert.match(
    condition(source, 'SourceVerified')?.message ?? '',
    /^verified signature of\n\t- tag 'v1\.0\.0@[0-9a-f]{40}' with key '[0-9A-F]{16}'\n\t- commit '[0-9a-f]{40}' with key 'SHA256:/,
  );
  await world.patch(app.source, { spec: { verify: { mode: 'Tag' } } });
  await world.until(
    app.source,
    'to be verified by its tag',
    ({ status }) => status?.['sourceVerificationMode'] === 'Tag',
  );
  await app.repository.tag('v2.0.0', { message: 'annotated only' });
  await world.patch(app.source, { spec: { ref: { tag: 'v2.0.0' } } });
  await world.failed(
    app.source,
    'InvalidGitObject',
    /signature of tag 'v2\.0\.0@[0-9a-f]{40}' since it is not signed/,
  );
  await world.patch(app.source, { spec: { ref: { tag: null, branch: 'main' } } });
  await world.failed(app.source, 'InvalidVerificationMode', /if a tag reference is not specified/);
  const refused = await world.get(app.source);
  assert.is(condition(refused, 'Stalled')?.reason, 'InvalidVerificationMode');
  assert.is(refused.status?.observedGeneration, refused.metadata.generation);
  await world.patch(app.source, { spec: { verify: null } });
  await world.ready(app.source);
  assert.is(condition(await world.get(app.source), 'Stalled'), undefined);
});

test('a revoked key is trusted no more, a missing Secret and one with the wrong kind of keys are named', async () => {
  const revocable = await openPgpKey('eve');
  keys.push(revocable);
  const app = await signedApp(revocable, { trusted: { 'eve.asc': revocable.publicKey } });
  await world.ready(app.source, await app.revision());
  await trust(app, { 'eve.asc': await revocable.revoked() });
  await app.repository.commit({ files: { 'three.yaml': configMap('three') }, ...(ssh ? { sign: ssh } : {}) });
  await world.request(app.source);
  await world.failed(
    app.source,
    'InvalidCommitSignature',
    /no SSH public keys found in secret \(keys with \.sshpub suffix\)/,
  );
  await world.patch(app.source, { spec: { ref: { commit: await app.repository.resolve('main~1') } } });
  await world.failed(app.source, 'InvalidCommitSignature', /key rings: no matching key(.|\n)*revoked/);
  await world.patch(app.source, { spec: { verify: { secretRef: { name: 'absent' } } } });
  await world.failed(app.source, 'VerificationError', /public keys secret error: .*absent/);
});

test('without spec.verify the verdict is gone', async () => {
  const app = await signedApp(ssh, { trusted: { 'ada.sshpub': other?.publicKey ?? '' } });
  await world.failed(app.source, 'InvalidCommitSignature', /no matching key/);
  await world.patch(app.source, { spec: { verify: null } });
  const source = await world.ready(app.source, await app.revision());
  assert.is(condition(source, 'SourceVerified'), undefined);
  assert.is(source.status?.['sourceVerificationMode'], undefined);
});

test.run();
