import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen } from '@flux-host/test/helpers/git/listen.ts';
import {
  Key,
  Metadata,
  MetadataKind,
  MetaFile,
  Root,
  Signature,
  Snapshot,
  TargetFile,
  Targets,
  Timestamp,
} from '@tufjs/models';
import { Role } from '@tufjs/models/dist/role.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejectionOf } from '../../errors/testing.ts';
import { createEgress } from '../../sandbox/egress/egress.ts';
import { createPublicRoot } from './public-root.ts';

const egress = createEgress();
const files = new Map<string, Buffer>();
const requests: string[] = [];
let isDown = false;
const server = createServer((request, response) => {
  const path = request.url ?? '';
  requests.push(path);
  const content = isDown ? undefined : files.get(path);
  response.writeHead(isDown ? 503 : content ? 200 : 404).end(content);
});
const url = `http://127.0.0.1:${await listen(server)}`;
let dir: string;
let now: number;

interface Signer {
  readonly id: string;
  readonly key: Key;
  readonly privateKey: KeyObject;
}

function signer(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
  const id = createHash('sha256').update(raw).digest('hex');
  const key = new Key({ keyID: id, keyType: 'ed25519', scheme: 'ed25519', keyVal: { public: raw } });
  return { id, key, privateKey };
}

const expires = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, '');

function signed(content: Root | Timestamp | Snapshot | Targets, by: Signer): Buffer {
  const metadata = new Metadata(content);
  metadata.sign(
    (data) => new Signature({ keyID: by.id, sig: sign(null, data, by.privateKey).toString('hex') }),
  );
  return Buffer.from(JSON.stringify(metadata.toJSON()));
}

const rootOf = (by: Signer, version = 1) =>
  signed(
    new Root({
      version,
      specVersion: '1.0.0',
      expires,
      consistentSnapshot: true,
      keys: { [by.id]: by.key },
      roles: Object.fromEntries(
        ['root', 'timestamp', 'snapshot', 'targets'].map((role) => [
          role,
          new Role({ keyIDs: [by.id], threshold: 1 }),
        ]),
      ),
    }),
    by,
  );

/** Publishes a trusted root, as version so and so of the repository. */
function publish(text: string, by: Signer, version = 1): void {
  const content = Buffer.from(text);
  const digest = createHash('sha256').update(content).digest('hex');
  const file = new TargetFile({
    path: 'trusted_root.json',
    length: content.length,
    hashes: { sha256: digest },
    unrecognizedFields: {},
  });
  const about = { version, specVersion: '1.0.0', expires };
  const at = () => new MetaFile({ version });
  const targets = new Targets({ ...about, targets: { 'trusted_root.json': file } });
  const snapshot = new Snapshot({ ...about, meta: { 'targets.json': at() } });
  files.set(`/${version}.targets.json`, signed(targets, by));
  files.set(`/${version}.snapshot.json`, signed(snapshot, by));
  files.set('/timestamp.json', signed(new Timestamp({ ...about, snapshotMeta: at() }), by));
  files.set(`/targets/${digest}.trusted_root.json`, content);
}

const owner = signer();
const repository = { url, root: rootOf(owner) };
const open = (options: { root?: Uint8Array } = {}) =>
  createPublicRoot({ egress, dir, repository: { ...repository, ...options }, now: () => now });

test.before.each(() => {
  files.clear();
  requests.length = 0;
  isDown = false;
  now = Date.now();
  dir = mkdtempSync(join(tmpdir(), 'flux-host-tuf-'));
});
test.after.each(() => rmSync(dir, { recursive: true }));
test.after(async () => {
  server.close();
  await egress.close();
});

test('the trusted root is fetched once, however many need it', async () => {
  publish('{"first": 1}', owner);
  const root = open();
  assert.equal(await Promise.all([root(), root()]), ['{"first": 1}', '{"first": 1}']);
  assert.is(await root(), '{"first": 1}');
  assert.is(requests.filter((path) => path === '/timestamp.json').length, 1);
});

test('after a day it is asked for again; while nobody answers the one that is known is used', async () => {
  publish('{"first": 1}', owner);
  const root = open();
  await root();
  now += 25 * 60 * 60_000;
  isDown = true;
  assert.is(await root(), '{"first": 1}');
  isDown = false;
  publish('{"second": 2}', owner, 2);
  assert.is(await root(), '{"first": 1}', 'who did not answer is left alone for a minute');
  now += 61_000;
  assert.is(await root(), '{"second": 2}');
});

test('keys of the repository that were changed are followed from those that are known', async () => {
  const next = signer();
  const metadata = Metadata.fromJSON(MetadataKind.Root, JSON.parse(rootOf(next, 2).toString()));
  metadata.sign(
    (data) => new Signature({ keyID: owner.id, sig: sign(null, data, owner.privateKey).toString('hex') }),
    true,
  );
  files.set('/2.root.json', Buffer.from(JSON.stringify(metadata.toJSON())));
  publish('{"next": 1}', next);
  assert.is(await open()(), '{"next": 1}');
});

test('what somebody else signed, and what was changed, is refused', async () => {
  publish('{"evil": 1}', signer());
  const error = await rejectionOf(open()());
  assert.is(error.code, 'FLUX_E_SIGNATURE_TRUST_ROOT');
  assert.match(error.text, /cannot be had from http:.*--sigstore-trusted-root/);
  publish('{"good": 1}', owner);
  for (const path of files.keys())
    if (path.includes('/targets/')) files.set(path, Buffer.from('{"evil": 1}'));
  now += 61_000;
  await rejectionOf(open()());
});

test('a repository that went back to an older version is not believed, not even by the next process', async () => {
  publish('{"new": 1}', owner, 2);
  await open()();
  publish('{"old": 1}', owner, 1);
  await rejectionOf(open()());
});

test('without the network the failure says what to do, and nobody is asked again for a minute', async () => {
  isDown = true;
  const root = open();
  assert.match((await rejectionOf(root())).text, /status 503.*let the host reach 127\.0\.0\.1/);
  const asked = requests.length;
  await rejectionOf(root());
  assert.is(requests.length, asked);
});

test('a damaged file on the disk does no harm', async () => {
  publish('{"first": 1}', owner);
  await open()();
  for (const name of readdirSync(dir)) if (name.endsWith('.json')) writeFileSync(join(dir, name), 'x');
  assert.is(await open()(), '{"first": 1}');
});

test.run();
