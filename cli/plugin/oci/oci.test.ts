import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOciClient } from '@flux-host/host/oci/client.ts';
import { mediaType } from '@flux-host/host/oci/media-types.ts';
import { parseReference } from '@flux-host/host/oci/reference.ts';
import type { OciClient } from '@flux-host/host/oci/types.ts';
import { createEgress } from '@flux-host/host/sandbox/egress/egress.ts';
import { signCosign } from '@flux-host/host/signature/sign.ts';
import { pluginArtifactType, pluginConfigType, pluginModuleType } from '@flux-host/sdk/contract/artifact.ts';
import { startReferrersRegistry, startRegistry } from '@flux-host/test/helpers/registry.ts';
import { createSigstore } from '@flux-host/test/helpers/sigstore.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { emptyModule, workplace } from '../../testing/plugin.ts';
import { authorKey } from '../keys/author-key.ts';
import { manifestOf } from './artifact.ts';

const registry = await startRegistry();
const other = await startReferrersRegistry();
const locked = await startRegistry({ auth: { kind: 'basic', username: 'ada', password: 'pa55word' } });
const egress = createEgress();
const client: OciClient = createOciClient({ egress });
const home = workplace();

test.before(() => {
  writeFileSync(join(home.dir, 'chat.wasm'), emptyModule({ name: 'chat' }));
  writeFileSync(join(home.dir, 'other.wasm'), emptyModule({ name: 'other', salt: 'x' }));
});
test.after(async () => {
  home.remove();
  await egress.close();
  await Promise.all([registry.stop(), other.stop(), locked.stop()]);
});

let names = 0;
function address(where = registry.address): string {
  names += 1;
  return `oci://${where}/team/chat-${names}:1.0.0`;
}

test('a plugin is published with its manifest as config, and comes back as it was', async () => {
  const to = address();
  const pushed = await home.flux(`plugin push chat.wasm ${to}`);
  assert.is(pushed.code, 0, pushed.err);
  assert.match(pushed.err, /✔ pushed \S+@sha256:[0-9a-f]{64}\n⚠️ the plugin is not signed/);
  const { content } = await client.manifest(parseReference(to));
  if (content.kind !== 'image') throw new Error('it is an index');
  assert.is(content.manifest.artifactType, pluginArtifactType);
  assert.is(content.manifest.config.mediaType, pluginConfigType);
  assert.equal(
    content.manifest.layers.map((layer) => layer.mediaType),
    [pluginModuleType],
  );
  const inspected = JSON.parse((await home.flux(`plugin inspect ${to} -o json`)).out);
  assert.is(inspected.manifest.name, 'chat');
  assert.is((await home.flux(`plugin pull ${to} -o back.wasm`)).code, 0);
  assert.equal(readFileSync(join(home.dir, 'back.wasm')), readFileSync(join(home.dir, 'chat.wasm')));
});

test('the same module is published under the same digest', async () => {
  const digests = new Set<string | undefined>();
  for (const to of [address(), address()]) {
    digests.add(/@(sha256:\S+)/.exec((await home.flux(`plugin push chat.wasm ${to}`)).err)?.[1]);
  }
  assert.is(digests.size, 1);
});

test('a tag that is not the version is pointed out', async () => {
  const to = address().replace(/1\.0\.0$/, '2.0.0');
  const { code, err } = await home.flux(`plugin push chat.wasm ${to}`);
  assert.is(code, 0);
  assert.match(err, '⚠️ the tag is 2.0.0, the plugin itself is version 1.0.0\n');
});

test('the own key is made at the first use, told of, kept from others, and used from then on', async () => {
  const mine = workplace();
  writeFileSync(join(mine.dir, 'chat.wasm'), emptyModule({ name: 'chat' }));
  const key = join(mine.dir, '.fluxcd', 'keys', 'cosign.key');
  const first = await mine.flux(`plugin push chat.wasm ${address()} --sign`);
  assert.is(first.code, 0, first.err);
  assert.ok(first.err.includes(`✚ generated a signing key: ${key}\n`), first.err);
  assert.ok(first.err.includes(key.replace(/key$/, 'pub')));
  assert.match(first.err, '✔ signed\n');
  assert.is(statSync(key).mode & 0o777, 0o600);
  const to = address();
  const second = await mine.flux(`plugin push chat.wasm ${to} --sign`);
  assert.not.match(second.err, 'generated');
  const verified = await mine.flux(`plugin verify ${to}`);
  assert.is(verified.code, 0, verified.err);
  assert.match(verified.err, '✔ signed by key cosign.pub: sha256:');

  const stranger = await home.flux(`plugin push chat.wasm ${address()} --sign`);
  assert.match(stranger.err, 'generated');
  const refused = await home.flux(`plugin verify ${to}`);
  assert.is(refused.code, 1);
  assert.match(refused.err, /^✗ .*sha256:/);
  assert.is((await home.flux(`plugin verify ${to} --key ${key.replace(/key$/, 'pub')}`)).code, 0);
  mine.remove();
});

test('a key with a password needs it, and nothing is published when it is wrong', async () => {
  const mine = workplace();
  writeFileSync(join(mine.dir, 'chat.wasm'), emptyModule({ name: 'chat' }));
  const right = { env: { COSIGN_PASSWORD: 'c0rrect-pass' } };
  const made = await mine.flux(`plugin push chat.wasm ${address()} --sign`, right);
  assert.not.match(made.err, 'has no password');
  const to = address();
  const wrong = await mine.flux(`plugin push chat.wasm ${to} --sign`, {
    env: { COSIGN_PASSWORD: 'guessed-pass' },
  });
  assert.is(wrong.code, 1);
  assert.not.match(wrong.all, /pushed|c0rrect-pass|guessed-pass/);
  assert.match((await mine.flux(`plugin inspect ${to}`)).err, '✗ ');
  const named = await mine.flux(`plugin push chat.wasm ${to} --sign --key .fluxcd/keys/cosign.key`, right);
  assert.is(named.code, 0, named.err);
  mine.remove();
});

test('a plugin that nobody signed is not verified', async () => {
  const to = address();
  await home.flux(`plugin push chat.wasm ${to}`);
  const { code, err } = await home.flux(`plugin verify ${to}`);
  assert.is(code, 1);
  assert.match(err, 'has no cosign signature');
});

test('without a key of any kind it is asked whose signature counts', async () => {
  const nobody = workplace();
  const { code, err } = await nobody.flux(`plugin verify ${address()}`);
  assert.is(code, 1);
  assert.match(err, 'whose signature has to be there?');
  const half = await nobody.flux(`plugin verify ${address()} --certificate-identity a@example.com`);
  assert.match(half.err, 'needs --certificate-identity, --certificate-oidc-issuer and --trusted-root');
  nobody.remove();
});

test('a signature without a key counts for the identity that is named, and for no other', async () => {
  const to = address();
  await home.flux(`plugin push chat.wasm ${to}`);
  const ref = parseReference(to);
  const { descriptor: signed } = await client.manifest(ref);
  const sigstore = await createSigstore();
  const subject = 'https://github.com/team/chat/.github/workflows/plugin.yaml@refs/tags/v1.0.0';
  const issuer = 'https://token.actions.githubusercontent.com';
  const bundle = await sigstore.bundle({ digest: signed.digest, subject, issuer });
  const layer = await client.pushBlob(ref, Buffer.from(JSON.stringify(bundle)));
  const config = await client.pushBlob(ref, Buffer.from('{}'));
  await client.pushManifest(
    { registry: ref.registry, name: ref.name },
    {
      schemaVersion: 2,
      mediaType: mediaType.ociManifest,
      artifactType: bundle.mediaType,
      config: { ...config, mediaType: mediaType.empty },
      layers: [{ ...layer, mediaType: bundle.mediaType }],
      subject: signed,
    },
  );
  writeFileSync(join(home.dir, 'root.json'), sigstore.trustedRoot);
  const verify = (identity: string) =>
    home.flux(
      `plugin verify ${to} --certificate-identity ${identity} --certificate-oidc-issuer ^${issuer}$ --trusted-root root.json`,
    );
  const good = await verify('^https://github.com/team/chat/');
  assert.is(good.code, 0, good.err);
  assert.ok(good.err.includes(`✔ signed by ${subject} (${issuer}): ${signed.digest}\n`), good.err);
  assert.is((await verify('^https://github.com/others/')).code, 1);
});

/** Publishes an image that is like a plugin, but for some things. */
async function publish(
  to: string,
  {
    config,
    module = emptyModule({ name: 'chat' }),
    type = pluginModuleType,
  }: {
    config: object;
    module?: Uint8Array;
    type?: string;
  },
): Promise<void> {
  const ref = parseReference(to);
  const configBlob = await client.pushBlob(ref, Buffer.from(JSON.stringify(config)));
  const layer = await client.pushBlob(ref, module);
  await client.pushManifest(ref, {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    artifactType: pluginArtifactType,
    config: { ...configBlob, mediaType: pluginConfigType },
    layers: [{ ...layer, mediaType: type }],
  });
}

test('a registry that shows less than the module asks for is found out', async () => {
  const module = emptyModule({ name: 'chat', requests: { network: ['*'] } });
  const to = address();
  await publish(to, { config: { ...manifestOf(module, 'it'), requests: {} }, module });
  assert.match((await home.flux(`plugin inspect ${to}`)).out, 'It requests nothing.');
  for (const line of [`plugin pull ${to}`, `plugin install ${to} --yes`]) {
    const { code, err } = await home.flux(line);
    assert.is(code, 1);
    assert.match(err, 'does not say what its module says');
  }
  assert.not.ok(existsSync(join(home.dir, 'chat.wasm.new')));
});

test('an image that is no plugin is told from one', async () => {
  const to = address();
  await publish(to, { config: {}, type: 'application/vnd.oci.image.layer.v1.tar+gzip' });
  assert.match(
    (await home.flux(`plugin pull ${to}`)).err,
    /is no plugin: it has to have one layer of type application\/wasm/,
  );
  const empty = address();
  await publish(empty, { config: { name: 'chat' } });
  assert.match(
    (await home.flux(`plugin inspect ${empty}`)).err,
    /the config of \S+ is no manifest of a plugin/,
  );
  const gone = await home.flux(`plugin inspect ${address()}`);
  assert.is(gone.code, 1);
});

test('a login comes from the flag, the Docker configuration or a credential helper, and is never shown', async () => {
  const to = address(locked.address);
  const refused = await home.flux(`plugin push chat.wasm ${to}`);
  assert.is(refused.code, 1);
  const given = await home.flux(`plugin push chat.wasm ${to} --creds ada:pa55word`);
  assert.is(given.code, 0, given.err);
  const wrong = await home.flux(`plugin pull ${to} --creds ada:wr0ngword`);
  assert.is(wrong.code, 1);
  assert.not.match(given.all + wrong.all, /pa55word|wr0ngword/);

  const docker = join(home.dir, 'docker');
  mkdirSync(docker);
  const env = { DOCKER_CONFIG: docker };
  const config = (value: object) => writeFileSync(join(docker, 'config.json'), JSON.stringify(value));
  config({ auths: { [locked.address]: { auth: Buffer.from('ada:pa55word').toString('base64') } } });
  assert.is((await home.flux(`plugin pull ${to}`, { env })).code, 0);

  const helper = `#!/bin/sh\nread registry\n[ "$1 $registry" = "get ${locked.address}" ] || exit 1\necho '{"Username":"ada","Secret":"pa55word"}'\n`;
  writeFileSync(join(docker, 'docker-credential-vault'), helper, { mode: 0o755 });
  const path = { ...env, PATH: `${docker}:${process.env['PATH']}` };
  const before = process.env['PATH'];
  process.env['PATH'] = path.PATH;
  config({ credsStore: 'vault' });
  const helped = await home.flux(`plugin pull ${to}`, { env: path });
  config({ credHelpers: { 'elsewhere.example.com': 'vault' } });
  const notHelped = await home.flux(`plugin pull ${to}`, { env: path });
  process.env['PATH'] = before;
  assert.is(helped.code, 0, helped.err);
  assert.is(notHelped.code, 1);
});

test('a plugin is carried in a folder to another registry, and its signatures stay good', async () => {
  const from = address();
  await home.flux(`plugin push chat.wasm ${from} --sign`);
  const ref = parseReference(from);
  const { descriptor } = await client.manifest(ref);
  const log = { ...silent, generate() {} };
  const key = await authorKey({ io: ioOf(), log });
  await signCosign({ client, ref, digest: descriptor.digest, key, format: 'legacy' });

  const out = await home.flux(`plugin mirror ${from} ./carried`);
  assert.is(out.code, 0, out.err);
  assert.match(out.err, /✔ copied sha256:[0-9a-f]{64} with 2 signature\(s\)/);
  assert.ok(existsSync(join(home.dir, 'carried', 'oci-layout')));

  for (const where of [registry.address, other.address]) {
    const to = address(where);
    const into = await home.flux(`plugin mirror ./carried:1.0.0 ${to}`);
    assert.is(into.code, 0, into.err);
    const verified = await home.flux(`plugin verify ${to}`);
    assert.is(verified.code, 0, verified.err);
    assert.ok(verified.err.includes(descriptor.digest));
  }
});

test('a folder holds several plugins, and one is named when there are several', async () => {
  for (const [file, tag] of [
    ['chat', '1.0.0'],
    ['other', '2.0.0'],
  ] as const) {
    const to = address().replace(/1\.0\.0$/, tag);
    await home.flux(`plugin push ${file}.wasm ${to}`);
    for (let count = 0; count < 2; count += 1) await home.flux(`plugin mirror ${to} ./both`);
  }
  const index = JSON.parse(readFileSync(join(home.dir, 'both', 'index.json'), 'utf8'));
  assert.is(index.manifests.length, 2);
  const unnamed = await home.flux(`plugin mirror ./both ${address()}`);
  assert.match(
    unnamed.err,
    /✗ .*both has not exactly one image \(hint: name one: .*both:<tag>; there are: 1\.0\.0, 2\.0\.0\)/,
  );
  const to = address();
  assert.is((await home.flux(`plugin mirror ./both:2.0.0 ${to}`)).code, 0);
  assert.is(JSON.parse((await home.flux(`plugin inspect ${to} -o json`)).out).manifest.name, 'other');
});

test('a copy that was damaged on the way is refused', async () => {
  const from = address();
  await home.flux(`plugin push chat.wasm ${from}`);
  await home.flux(`plugin mirror ${from} ./damaged`);
  const blobs = join(home.dir, 'damaged', 'blobs', 'sha256');
  for (const name of readdirSync(blobs)) {
    const content = readFileSync(join(blobs, name));
    if (content[0] === 0)
      writeFileSync(join(blobs, name), Buffer.concat([content.subarray(0, -1), Buffer.of(0xee)]));
  }
  const { code, err } = await home.flux(`plugin mirror ./damaged ${address()}`);
  assert.is(code, 1);
  assert.match(err, 'is damaged: it does not have its digest');
});

test('between registries a plugin keeps its tag unless told otherwise', async () => {
  const from = address();
  await home.flux(`plugin push chat.wasm ${from} --sign`);
  const to = address(other.address).replace(/:1\.0\.0$/, '');
  assert.is((await home.flux(`plugin mirror ${from} ${to}`)).code, 0);
  assert.is((await home.flux(`plugin verify ${to}:1.0.0`)).code, 0);
});

test('the versions of a plugin in a registry are listed, the highest first', async () => {
  const repository = address().replace(/:1\.0\.0$/, '');
  assert.match((await home.flux(`plugin push chat.wasm ${repository}:1.9.0`)).err, 'pushed');
  for (const tag of ['1.10.0', 'latest', '2.0.0-rc.1'])
    await home.flux(`plugin push chat.wasm ${repository}:${tag}`);
  const { out } = await home.flux(`plugin search ${repository}`);
  const versions = out
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split('\t')[0]?.trim());
  assert.equal(versions, ['2.0.0-rc.1', '1.10.0', '1.9.0']);
});

const mistakes: readonly (readonly [string, string])[] = [
  ['plugin push', 'push needs an address'],
  ['plugin push chat.wasm', 'push needs an address'],
  ['plugin push oci://example.com/a:1', 'has no plugin project'],
  ['plugin push chat.wasm oci://example.com/a:1 --key x', '--key is for --sign'],
  [`plugin push chat.wasm oci://example.com/a@sha256:${'0'.repeat(64)}`, 'not under a digest'],
  ['plugin push chat.wasm oci://example.com/UPPER:1', 'is no OCI reference'],
  ['plugin pull chat.wasm', 'chat.wasm is no address of a registry: oci://<repository>:<tag>'],
  ['plugin mirror oci://example.com/a', 'accepts 2 arg(s), received 1'],
  ['plugin mirror ./nowhere oci://example.com/a', 'has not exactly one image'],
];

for (const [line, message] of mistakes) {
  test(`"${line}" is refused: ${message}`, async () => {
    const { code, err } = await home.flux(line, { env: { https_proxy: 'http://127.0.0.1:1' } });
    assert.is(code, 1);
    assert.ok(err.includes('✗ ') && err.includes(message), err);
  });
}

const silent = { action() {}, generate() {}, waiting() {}, success() {}, warning() {}, failure() {} };

function ioOf() {
  return {
    out() {},
    err() {},
    stdin: process.stdin,
    cwd: home.dir,
    env: home.env,
    exec: async () => 0,
    interrupt: new AbortController().signal,
  };
}

test.run();
