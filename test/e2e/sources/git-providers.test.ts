import { generateKeyPairSync } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type GitServer, startGitServer } from '../../helpers/git-server.ts';
import { startTokenServices, type TokenServices } from '../../helpers/identity-services/token-services.ts';
import { configMap, gitRepository } from '../app.ts';
import { createWorld, type World } from '../harness.ts';

const token = 'given-by-the-provider';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const files = { 'one.yaml': configMap('one') };

let world: World;
let services: TokenServices;
/** Ask for what GitHub, and what Azure DevOps, want to see. */
let servers: GitServer[] = [];
let urls: string[] = [];
test.before(async () => {
  services = await startTokenServices({ appKey: publicKey, token });
  servers = await Promise.all([
    startGitServer({ auth: { username: 'x-access-token', password: token } }),
    startGitServer({ auth: { bearer: token } }),
  ]);
  urls = await Promise.all(servers.map(async (server) => (await server.createRepository('app', files)).url));
  world = await createWorld({
    flags: ['--feature-gates=ObjectLevelWorkloadIdentity=true'],
    env: { AZURE_AUTHORITY_HOST: services.url, AZURE_TENANT_ID: 'tenant', AWS_EC2_METADATA_DISABLED: 'true' },
  });
});
test.after(async () => {
  await Promise.all([services.close(), ...servers.map((server) => server.close())]);
  await world.close();
});

async function secretOf(namespace: string, stringData: Record<string, string>): Promise<void> {
  await world.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'app', namespace }, stringData });
}

const app = () => ({
  githubAppID: '7',
  githubAppInstallationOwner: 'team',
  githubAppBaseURL: services.url,
  githubAppPrivateKey: pem,
});

test('a GitHub App fetches with a token of its installation, which is found by its owner', async () => {
  const namespace = await world.cluster.namespace('github');
  const ref = `GitRepository/${namespace}/app`;
  const spec = { url: urls[0] ?? '', provider: 'github' as const };
  await world.apply(gitRepository(namespace, spec));
  await world.failed(
    ref,
    'InvalidProviderConfiguration',
    /github app data must be specified when provider is set to github/,
  );
  await secretOf(namespace, { username: 'somebody', password: 'x' });
  await world.apply(gitRepository(namespace, { ...spec, secretRef: { name: 'app' } }));
  await world.failed(ref, 'InvalidProviderConfiguration', /github app data must be specified/);
  await secretOf(namespace, app());
  await world.request(ref);
  await world.ready(ref);
  const asked = services.seen.length;
  await world.request(ref);
  await world.ready(ref);
  assert.is(services.seen.length, asked);
  assert.not.match(await world.host.logs(), token);
});

test('a Secret of an App that is not installed, or has another key, is named with what GitHub says', async () => {
  const namespace = await world.cluster.namespace('github');
  const ref = `GitRepository/${namespace}/app`;
  await secretOf(namespace, { ...app(), githubAppInstallationOwner: 'strangers' });
  const spec = { url: urls[0] ?? '', secretRef: { name: 'app' } };
  await world.apply(gitRepository(namespace, { ...spec, provider: 'github' }));
  await world.failed(
    ref,
    'AuthenticationFailed',
    /failed to configure authentication options: failed to find organization installation: (.|\n)*failed to find user installation: (.|\n)*Not Found/,
  );
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  await secretOf(namespace, {
    ...app(),
    githubAppPrivateKey: other.export({ type: 'pkcs8', format: 'pem' }).toString(),
  });
  await world.request(ref);
  await world.failed(ref, 'AuthenticationFailed', /JSON web token could not be decoded/);
  await world.apply(gitRepository(namespace, { ...spec, provider: 'generic' }));
  await world.failed(
    ref,
    'InvalidProviderConfiguration',
    /has github app data but provider is not set to github/,
  );
});

test('Azure DevOps gets a token for the workload identity of a ServiceAccount', async () => {
  const namespace = await world.cluster.namespace('azure');
  const ref = `GitRepository/${namespace}/app`;
  const annotations = { 'azure.workload.identity/client-id': 'client' };
  await world.apply({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'git', namespace, annotations },
  });
  await world.apply(
    gitRepository(namespace, { url: urls[1] ?? '', provider: 'azure', serviceAccountName: 'git' }),
  );
  await world.ready(ref);
  const asked = services.seen.find(({ form }) => form.get('client_id') === 'client');
  assert.is(asked?.form.get('scope'), '499b84ac-1321-427f-aa17-267ca6975798/.default');
});

test('AWS credentials go to repositories of CodeCommit alone', async () => {
  const namespace = await world.cluster.namespace('aws');
  const ref = `GitRepository/${namespace}/app`;
  await world.apply(gitRepository(namespace, { url: urls[1] ?? '', provider: 'aws' }));
  await world.failed(ref, 'AuthenticationFailed', /AWS CodeCommit authentication requires an HTTPS Git URL/);
  const url = 'https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/app';
  await world.apply(gitRepository(namespace, { url, provider: 'aws' }));
  await world.failed(
    ref,
    'AuthenticationFailed',
    /failed to configure authentication options: the host has no identity of AWS/,
  );
});

test.run();
