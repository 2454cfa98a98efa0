import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { KeyServer } from '../../helpers/key-services/server.ts';
import { startTransit } from '../../helpers/key-services/transit.ts';
import { ageKey, type Sops, startSops } from '../../helpers/sops.ts';
import { type App, createApp, kustomization } from '../app.ts';
import { createWorld, type World } from '../harness.ts';

const token = 'hvs.given-at-the-login';
const shared = ageKey();
const decryption = { provider: 'sops' as const };

let world: World;
let sops: Sops;
let transit: KeyServer;
test.before(async () => {
  [world, sops, transit] = await Promise.all([
    createWorld({ withoutHost: true }),
    startSops(),
    startTransit(token),
  ]);
  const namespace = 'flux-system';
  await world.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'global-keys', namespace },
      stringData: { 'all.agekey': shared.identity, 'sops.vault-token': 'not for everybody' },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'vaults', namespace },
      data: {
        'config.yaml': JSON.stringify({
          instances: [{ address: transit.url, loginPath: 'auth/kubernetes/login' }],
        }),
      },
    },
  );
  await world.startHost({
    flags: [
      '--sops-age-secret=global-keys',
      '--sops-vault-configmap=vaults',
      '--feature-gates=ObjectLevelWorkloadIdentity=true',
    ],
  });
});
test.after(async () => {
  await Promise.all([world.close(), sops.close(), transit.close()]);
});

const secretYaml =
  'apiVersion: v1\nkind: Secret\nmetadata:\n  name: login\nstringData:\n  password: s3cret\n';
const rule = ['--encrypted-regex', '^stringData$'];
const byTransit = () =>
  sops.encrypt(secretYaml, 'yaml', ['--hc-vault-transit', `${transit.url}/v1/sops/keys/main`, ...rule], {
    VAULT_TOKEN: token,
  });

async function assertApplied(app: App): Promise<void> {
  await world.ready(app.kustomization);
  const { data } = await world.get(app.ref('Secret', 'login'));
  assert.is(data?.['password'], Buffer.from('s3cret').toString('base64'));
}

test('without a Secret of its own a Kustomization has the age keys of --sops-age-secret', async () => {
  const file = await sops.encrypt(secretYaml, 'yaml', ['--age', shared.recipient, ...rule]);
  await assertApplied(await createApp(world, { files: { 'secret.yaml': file }, spec: { decryption } }));
});

test('a ServiceAccount logs in to a transit engine, as the role of its name, for that server alone', async () => {
  const app = await createApp(world, { files: { 'secret.yaml': await byTransit() }, sourceOnly: true });
  await world.apply(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'decryptor', namespace: app.namespace } },
    kustomization(app.namespace, { decryption: { ...decryption, serviceAccountName: 'decryptor' } }),
  );
  await assertApplied(app);
  const login = transit.asked.find(({ path }) => path === '/v1/auth/kubernetes/login');
  const { role, jwt }: { role: string; jwt: string } = JSON.parse(login?.body ?? '{}');
  assert.is(role, `${app.namespace}_decryptor`);
  const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
  assert.equal(claims.aud, [transit.url]);
  assert.is(claims.sub, `system:serviceaccount:${app.namespace}:decryptor`);
  assert.not.match(await world.host.logs(), token);
});

test('nobody logs in to a server that is not listed', async () => {
  const stranger = await startTransit(token);
  const file = (await byTransit()).replaceAll(transit.url, stranger.url);
  const app = await createApp(world, { files: { 'secret.yaml': file }, sourceOnly: true });
  await world.apply(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'decryptor', namespace: app.namespace } },
    kustomization(app.namespace, { decryption: { ...decryption, serviceAccountName: 'decryptor' } }),
  );
  await world.failed(app.kustomization, 'BuildFailed', /no Vault login path configured for address/);
  assert.equal(stranger.asked, []);
  await stranger.close();
});

test('a transit engine that is away is tried again until it is back', async () => {
  const file = (await byTransit()).replaceAll(transit.url, 'http://127.0.0.1:9');
  const app = await createApp(world, { files: { 'secret.yaml': file }, sourceOnly: true });
  await world.apply(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys', namespace: app.namespace },
      stringData: { 'sops.vault-token': token },
    },
    kustomization(app.namespace, { decryption: { ...decryption, secretRef: { name: 'keys' } } }),
  );
  await world.failed(
    app.kustomization,
    'BuildFailed',
    /cannot get sops data key: hc_vault .*cannot be reached/,
  );
  const revision = await app.push({ files: { 'secret.yaml': await byTransit() } });
  await world.ready(app.kustomization, revision);
});

test.run();
