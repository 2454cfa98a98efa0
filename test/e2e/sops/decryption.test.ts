import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ageKey, type Sops, startSops } from '../../helpers/sops.ts';
import { type App, createApp, kustomization } from '../app.ts';
import { createWorld, type World } from '../harness.ts';

const canary = 'canary-Qw47-decrypted';
const ours = ageKey();
const another = ageKey();
const decryption = { provider: 'sops' as const, secretRef: { name: 'sops-keys' } };

let world: World;
let sops: Sops;
test.before(async () => {
  [world, sops] = await Promise.all([createWorld({ flags: ['--log-level=trace'] }), startSops()]);
});
test.after(async () => {
  await Promise.all([world.close(), sops.close()]);
});

const secretYaml = (value: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: login\nstringData:\n  password: ${value}\n`;
const encryptedSecret = (value: string, recipient = ours.recipient) =>
  sops.encrypt(secretYaml(value), 'yaml', ['--age', recipient, '--encrypted-regex', '^(data|stringData)$']);

const keys = (namespace: string, identity: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'sops-keys', namespace, labels: { 'reconcile.fluxcd.io/watch': 'Enabled' } },
  stringData: { 'main.agekey': `# created by a test\n${identity}\n` },
});

/** Files below a folder that have a text in them. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hits = await Promise.all(
    files.map(async (file) => ((await readFile(file)).includes(text) ? [file] : [])),
  );
  return hits.flat();
}

const dataOf = async (app: App, name: string, key: string) => {
  const { data } = await world.get(app.ref('Secret', name));
  const value = data?.[key];
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : undefined;
};

/** Everything that somebody without the right to read Secrets sees. */
async function assertUnseen(app: App, value: string): Promise<void> {
  const list = async (path: string) => JSON.stringify((await world.cluster.call(path)).body);
  const texts = {
    log: await world.host.logs(),
    events: await list(`/api/v1/namespaces/${app.namespace}/events`),
    status: await list(`/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${app.namespace}/kustomizations`),
  };
  for (const [where, text] of Object.entries(texts)) {
    assert.not.match(text, value, where);
    assert.not.match(text, Buffer.from(value).toString('base64').replace(/=+$/, ''), where);
  }
}

test('an encrypted Secret, a generated one and a patch arrive in plain, and nowhere else', async () => {
  const age = ['--age', ours.recipient];
  const app = await createApp(world, {
    files: {
      'kustomization.yaml': [
        'resources: [secret.yaml]',
        'secretGenerator:',
        '- {name: files, files: [config.ini, raw=file.txt, settings.yaml]}',
        '- {name: envs, envs: [app.env]}',
        'patches:',
        '- {path: patch.yaml}',
        '',
      ].join('\n'),
      'secret.yaml': await encryptedSecret(`${canary}-whole`),
      'config.ini': await sops.encrypt(`[a]\nkey = ${canary}-ini\n`, 'ini', age),
      'file.txt': await sops.encrypt(`${canary}-raw`, 'binary', age),
      'settings.yaml': await sops.encrypt(`# kept\na:\n    b: ${canary}-yaml\n`, 'yaml', age),
      'app.env': await sops.encrypt(`TOKEN=${canary}-env\n`, 'dotenv', age),
      'patch.yaml': await sops.encrypt(
        `apiVersion: v1\nkind: Secret\nmetadata:\n    name: envs\nstringData:\n    more: ${canary}-patch\n`,
        'yaml',
        [...age, '--encrypted-regex', '^stringData$'],
      ),
    },
    sourceOnly: true,
  });
  await world.apply(
    keys(app.namespace, ours.identity),
    kustomization(app.namespace, { decryption, namePrefix: 'pre-' }),
  );
  await world.ready(app.kustomization);
  assert.is(await dataOf(app, 'pre-login', 'password'), `${canary}-whole`);
  const { status } = await world.get(app.kustomization);
  const names = (status?.inventory?.entries ?? []).map(({ id }) => id.split('_')[1] ?? '');
  const files = names.find((name) => name.startsWith('pre-files-')) ?? '';
  const envs = names.find((name) => name.startsWith('pre-envs-')) ?? '';
  assert.is(await dataOf(app, files, 'raw'), `${canary}-raw`);
  assert.is(await dataOf(app, files, 'config.ini'), `[a]\nkey = ${canary}-ini\n`);
  assert.is(await dataOf(app, files, 'settings.yaml'), `# kept\na:\n    b: ${canary}-yaml\n`);
  assert.is(await dataOf(app, envs, 'TOKEN'), `${canary}-env`);
  assert.is(await dataOf(app, envs, 'more'), `${canary}-patch`);
  assert.not.ok('sops' in (await world.get(app.ref('Secret', 'pre-login'))));
  await assertUnseen(app, canary);
});

test('a Secret that is made later is seen at once, and one with the wrong key is told apart from it', async () => {
  const files = { 'secret.yaml': await encryptedSecret(`${canary}-late`) };
  const app = await createApp(world, { files, spec: { decryption, retryInterval: '1h' } });
  await world.failed(
    app.kustomization,
    'BuildFailed',
    /cannot get sops decryption Secret '.*\/sops-keys': .*not found/,
  );
  await world.apply(keys(app.namespace, another.identity));
  const wrong = await world.failed(app.kustomization, 'BuildFailed', /cannot get sops data key/);
  assert.match(wrong.message, new RegExp(`age ${ours.recipient}: .*no identity matched`));
  await world.apply(keys(app.namespace, ours.identity));
  await world.ready(app.kustomization);
  assert.is(await dataOf(app, 'login', 'password'), `${canary}-late`);
  await assertUnseen(app, ours.identity);
});

test('an entry of the Secret that is no key is named', async () => {
  const files = { 'secret.yaml': await encryptedSecret('x') };
  const app = await createApp(world, { files, sourceOnly: true });
  await world.apply(keys(app.namespace, 'no-such-key'), kustomization(app.namespace, { decryption }));
  await world.failed(
    app.kustomization,
    'BuildFailed',
    /failed to import 'main.agekey' data from sops decryption Secret '.*\/sops-keys'/,
  );
  await assertUnseen(app, 'no-such-key');
});

const tampered: [string, (yaml: string) => string, RegExp][] = [
  ['a value in plain', (yaml) => yaml.replace('name: login', 'name: admin-login'), /MAC mismatch/],
  ['an added value', (yaml) => yaml.replace('stringData:', 'immutable: true\nstringData:'), /MAC mismatch/],
  [
    'an encrypted value in another place',
    (yaml) => yaml.replace('password:', 'user:'),
    /the value at stringData.user: Could not decrypt with AES_GCM/,
  ],
  [
    'a value that is not encrypted',
    (yaml) => yaml.replace(/password: ENC.*/, `password: ${canary}-plain`),
    /<redacted>/,
  ],
  [
    'the MAC itself',
    (yaml) => yaml.replace(/mac: ENC\[AES256_GCM,data:..../, 'mac: ENC[AES256_GCM,data:AAAA'),
    /MAC/,
  ],
];

for (const [what, change, message] of tampered) {
  test(`a changed file is refused: ${what}`, async () => {
    const yaml = await encryptedSecret(`${canary}-tampered`);
    const app = await createApp(world, { files: { 'secret.yaml': change(yaml) }, sourceOnly: true });
    await world.apply(keys(app.namespace, ours.identity), kustomization(app.namespace, { decryption }));
    await world.failed(app.kustomization, 'BuildFailed', message);
    assert.is(await world.find(app.ref('Secret', 'login')), undefined);
    await assertUnseen(app, canary);
  });
}

test('an encrypted Secret without spec.decryption is not applied, unless it says so itself', async () => {
  const yaml = await encryptedSecret('x');
  const app = await createApp(world, { files: { 'secret.yaml': yaml } });
  await world.failed(
    app.kustomization,
    'ReconciliationFailed',
    new RegExp(`^Secret/${app.namespace}/login is SOPS encrypted, configuring decryption is required`),
  );
});

test('files of a source stay encrypted on the disk of the host', async () => {
  const files = {
    'kustomization.yaml': 'secretGenerator:\n- {name: files, files: [file.txt]}\n',
    'file.txt': await sops.encrypt(`${canary}-disk`, 'binary', ['--age', ours.recipient]),
  };
  const app = await createApp(world, { files, sourceOnly: true });
  await world.apply(keys(app.namespace, ours.identity), kustomization(app.namespace, { decryption }));
  await world.ready(app.kustomization);
  const found = await filesWith(world.host.dir, `${canary}-disk`);
  assert.equal(found, []);
});

test.run();
