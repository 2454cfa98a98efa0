import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startClouds } from '@flux-host/test/helpers/identity-services/clouds.ts';
import { startRegistry } from '@flux-host/test/helpers/registry.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

import { workplace } from '../testing/plugin.ts';

const password = 'given-by-the-cloud';
const usernames = { aws: 'AWS', azure: '00000000-0000-0000-0000-000000000000', gcp: 'oauth2accesstoken' };
const hosts = {
  aws: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
  azure: 'team.azurecr.io',
  gcp: 'europe-docker.pkg.dev',
};
type Provider = keyof typeof hosts;

const registryOf = (provider: Provider) =>
  startRegistry({ auth: { kind: 'basic', username: usernames[provider], password } });
const [aws, azure, gcp] = await Promise.all([registryOf('aws'), registryOf('azure'), registryOf('gcp')]);
const clouds = await startClouds({
  [hosts.aws]: aws.address,
  [hosts.azure]: azure.address,
  [hosts.gcp]: gcp.address,
});
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const home = workplace();
const at = (...path: string[]) => join(home.dir, ...path);
const file = (content: string | object, ...path: string[]) => {
  mkdirSync(at(...path, '..'), { recursive: true });
  writeFileSync(at(...path), typeof content === 'string' ? content : JSON.stringify(content));
  return at(...path);
};

test.before(() => {
  file('kind: ConfigMap\n', 'app', 'one.yaml');
  mkdirSync(at('out'));
});
test.before.each(() => {
  clouds.forget();
  clouds.answers = {
    '/ecr': {
      authorizationData: [{ authorizationToken: Buffer.from(`AWS:${password}`).toString('base64') }],
    },
    '/tenant/oauth2/v2.0/token': { access_token: 'entra', expires_in: 3600 },
    '/oauth2/exchange': { refresh_token: password },
    '/google/token': { access_token: password, expires_in: 3600 },
    '/google/federated': { access_token: 'federated', expires_in: 3600 },
    '/google/impersonate': { accessToken: password },
    '/pipeline/token': { value: 'of the pipeline' },
  };
});
test.after(async () => {
  clouds.close();
  home.remove();
  await Promise.all([aws.stop(), azure.stop(), gcp.stop()]);
});

type Env = Readonly<Record<string, string>>;

async function flux(line: string, provider: Provider, env: Env) {
  const flags = `--provider=${provider} --insecure-registry`;
  return home.flux(`${line} ${flags}`, { env: { https_proxy: clouds.url, ...env } });
}

/** Pushes as a provider, with what the environment says about the user. */
async function push(provider: Provider, env: Env) {
  const from = '--source=https://git.example.com/app --revision=main@sha1:b3b00fe';
  return flux(`push artifact oci://${hosts[provider]}/app:v1 --path=app ${from}`, provider, env);
}

const atAws = { AWS_ENDPOINT_URL_ECR: `${clouds.url}/ecr` };
const keys = { ...atAws, AWS_ACCESS_KEY_ID: 'AKIAUSER', AWS_SECRET_ACCESS_KEY: 'of-the-user' };
const application = {
  AZURE_AUTHORITY_HOST: clouds.url,
  AZURE_TENANT_ID: 'tenant',
  AZURE_CLIENT_ID: 'client',
};
const serviceAccount = file(
  {
    type: 'service_account',
    client_email: 'ci@project.iam.gserviceaccount.com',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: `${clouds.url}/google/token`,
  },
  'account.json',
);

test('every command for artifacts logs in to the registry of a cloud, and says so', async () => {
  const users: Record<Provider, Env> = {
    aws: keys,
    azure: { ...application, AZURE_CLIENT_SECRET: 'of-the-application' },
    gcp: { GOOGLE_APPLICATION_CREDENTIALS: serviceAccount },
  };
  for (const provider of ['aws', 'azure', 'gcp'] as const) {
    const pushed = await push(provider, users[provider]);
    assert.is(pushed.code, 0, pushed.err);
    assert.match(pushed.err, /^► logging in to registry with provider credentials\n► pushing artifact to /);
    const address = `oci://${hosts[provider]}/app`;
    for (const line of [
      `tag artifact ${address}:v1 --tag=latest`,
      `list artifacts ${address}`,
      `pull artifact ${address}:latest --output=out`,
      `diff artifact ${address}:latest --path=app`,
    ]) {
      const { code, err } = await flux(line, provider, users[provider]);
      assert.is(code, 0, `${line}: ${err}`);
      assert.match(err, /^► logging in to registry with provider credentials\n/);
      assert.not.match(err, password);
    }
  }
});

test('keys of AWS come from the environment, the file of the profile, or the command line of AWS', async () => {
  const credentials = '[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = a\n';
  file(`${credentials}\n[work]\naws_access_key_id=AKIAWORK\naws_secret_access_key=b\n`, 'keys');
  const program = '#!/bin/sh\n[ "$1 $2" = "configure export-credentials" ] || exit 1\n';
  const answer = { AccessKeyId: 'ASIASSO', SecretAccessKey: 'c', SessionToken: 'd' };
  file(`${program}echo '${JSON.stringify(answer)}'\n`, 'bin', 'aws');
  chmodSync(at('bin', 'aws'), 0o755);
  const inFile = { ...atAws, AWS_SHARED_CREDENTIALS_FILE: at('keys') };
  const users: readonly (readonly [Env, string])[] = [
    [keys, 'AKIAUSER'],
    [{ ...keys, ...inFile }, 'AKIAUSER'],
    [inFile, 'AKIAFILE'],
    [{ ...inFile, AWS_PROFILE: 'work' }, 'AKIAWORK'],
    [{ ...atAws, PATH: `${at('bin')}:${process.env['PATH']}` }, 'ASIASSO'],
  ];
  for (const [env, id] of users) {
    clouds.forget();
    const { code, err } = await push('aws', env);
    assert.is(code, 0, err);
    assert.match(String(clouds.seen[0]?.headers.authorization), `Credential=${id}/`);
  }
  assert.is(clouds.seen[0]?.headers['x-amz-security-token'], 'd');
});

test('whoever is logged in to az is used where the environment names no application', async () => {
  file('#!/bin/sh\necho \'{"accessToken": "of az"}\'\n', 'bin', 'az');
  chmodSync(at('bin', 'az'), 0o755);
  const { code, err } = await push('azure', { PATH: `${at('bin')}:${process.env['PATH']}` });
  assert.is(code, 0, err);
  assert.is(new URLSearchParams(clouds.seen[0]?.body).get('access_token'), 'of az');
});

test('Google takes a user of gcloud, the identity of a pipeline, and one that they may act as', async () => {
  const impersonation = { service_account_impersonation_url: `${clouds.url}/google/impersonate` };
  const user = {
    type: 'authorized_user',
    client_id: 'client',
    client_secret: 'secret',
    refresh_token: 'of the user',
    token_uri: `${clouds.url}/google/token`,
  };
  const pipeline = {
    type: 'external_account',
    audience: '//iam.googleapis.com/pool',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${clouds.url}/google/federated`,
    credential_source: { url: `${clouds.url}/pipeline/token`, headers: { authorization: 'bearer pipe' } },
    ...impersonation,
  };
  file(user, '.config', 'gcloud', 'application_default_credentials.json');
  const asked = async (env: Env) => {
    clouds.forget();
    const { code, err } = await push('gcp', env);
    assert.is(code, 0, err);
    return clouds.seen.map(({ path }) => path);
  };
  const named = (content: object) => ({ GOOGLE_APPLICATION_CREDENTIALS: file(content, 'named.json') });
  assert.equal(await asked({}), ['/google/token']);
  assert.is(new URLSearchParams(clouds.seen[0]?.body).get('refresh_token'), 'of the user');
  const steps = ['/pipeline/token', '/google/federated', '/google/impersonate'];
  assert.equal(await asked(named(pipeline)), steps);
  assert.is(clouds.seen[0]?.headers.authorization, 'bearer pipe');
  assert.is(new URLSearchParams(clouds.seen[1]?.body).get('subject_token'), 'of the pipeline');
  assert.is(clouds.seen[2]?.headers.authorization, 'Bearer federated');
  const token = file('in a file', 'token');
  const fromFile = { ...pipeline, credential_source: { file: token } };
  assert.equal(await asked(named(fromFile)), steps.slice(1));
  assert.is(new URLSearchParams(clouds.seen[0]?.body).get('subject_token'), 'in a file');
  const other = { type: 'impersonated_service_account', source_credentials: user, ...impersonation };
  assert.equal(await asked(named(other)), ['/google/token', '/google/impersonate']);
});

/** What goes wrong, and what is said. */
const wrong: Record<string, readonly [Provider, Env, RegExp]> = {
  'keys that AWS refuses': [
    'aws',
    { ...keys, AWS_ENDPOINT_URL_ECR: `${clouds.url}/refuses` },
    /error during login with provider: could not login to provider aws with url \S+\/app: .*HTTP status 404: no such service/,
  ],
  'nobody who is logged in to AWS': [
    'aws',
    { ...atAws, AWS_EC2_METADATA_DISABLED: 'true' },
    /there is no login of AWS: .*hint: set AWS_ACCESS_KEY_ID/,
  ],
  'a file of Google that is not there': [
    'gcp',
    { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere' },
    /there is no login of Google Cloud: .*nowhere.*correct GOOGLE_APPLICATION_CREDENTIALS/,
  ],
  'a file of Google that is none': [
    'gcp',
    { GOOGLE_APPLICATION_CREDENTIALS: at('app', 'one.yaml') },
    /one\.yaml is no JSON object/,
  ],
  'a kind of credentials that nobody knows': [
    'gcp',
    { GOOGLE_APPLICATION_CREDENTIALS: file({ type: 'new' }, 'new.json') },
    /credentials of type 'new' are not known/,
  ],
};
for (const [what, [provider, env, message]] of Object.entries(wrong)) {
  test(`${what}: the command says so`, async () => {
    const { code, err } = await push(provider, env);
    assert.is(code, 1);
    assert.match(err, message);
    assert.not.match(err, 'of-the-user');
  });
}

test('a registry that is none of the cloud is refused before anybody is asked', async () => {
  for (const provider of ['aws', 'azure'] as const) {
    const { code, err } = await flux('list artifacts oci://registry.example.com/app', provider, keys);
    assert.is(code, 1);
    assert.match(err, /invalid (AWS|Azure) registry: 'registry\.example\.com'/);
  }
  assert.is(clouds.seen.length, 0);
});

test.run();
