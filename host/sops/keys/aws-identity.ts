import { readFile } from 'node:fs/promises';
import { askTokenService } from '../../cloud/request.ts';
import { annotationsOf, serviceAccountToken } from '../../cloud/service-account.ts';
import type { Account } from '../../cloud/types.ts';
import type { KubeClient } from '../../kube/types.ts';
import { Lru } from '../../lru.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import { noAwsIdentity } from '../errors.ts';
import { isObject } from '../resources/json-tree.ts';
import type { Entries } from './material.ts';

const entry = 'sops.aws-kms';
const audience = 'sts.amazonaws.com';
const roleAnnotation = 'eks.amazonaws.com/role-arn';
const keptRoles = 100;
/** Part of their life for which credentials are used. */
const usedShare = 0.8;

export interface AwsIdentityOptions {
  readonly client: KubeClient;
  readonly egress: Egress;
  /** AWS' own variables: AWS_ACCESS_KEY_ID, AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, … */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Keeps a text out of all others from then on. */
  secret(value: string): void;
  /** Address of the token service of a region. */
  readonly endpoint?: (region: string) => string;
}

/** Credentials of AWS for the workload identity of a ServiceAccount, or of the host. */
export interface AwsIdentity {
  /** @returns the entry of a decryption Secret that has them @throws FluxError FLUX_E_CLOUD_…, FLUX_E_SOPS_IDENTITY */
  credentials(account: Account, region: string, signal: AbortSignal): Promise<Entries>;
}

export function createAwsIdentity(options: AwsIdentityOptions): AwsIdentity {
  const kept = new Lru<{ entries: Entries; until: number }>(keptRoles);
  return {
    async credentials(account, region, signal) {
      const { env } = options;
      const [id, key] = [env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY']];
      if (!account.serviceAccountName && id && key) {
        return entriesOf({ id, key, token: env['AWS_SESSION_TOKEN'] });
      }
      const whose = account.serviceAccountName ? `${account.namespace}/${account.serviceAccountName}` : '';
      const name = JSON.stringify([whose, region]);
      const known = kept.get(name);
      if (known && known.until > Date.now()) return known.entries;
      const { role, jwt } = await identityOf(options, account, signal);
      const { entries, expiresAt } = await assume(options, { role, jwt, region }, signal);
      kept.set(name, { entries, until: Date.now() + (expiresAt - Date.now()) * usedShare });
      return entries;
    },
  };
}

interface WebIdentity {
  readonly role: string;
  readonly jwt: string;
}

async function identityOf(
  { client, env }: AwsIdentityOptions,
  account: Account,
  signal: AbortSignal,
): Promise<WebIdentity> {
  if (account.serviceAccountName) {
    const key = { namespace: account.namespace, name: account.serviceAccountName };
    const role = (await annotationsOf(client, key, signal))[roleAnnotation];
    if (!role)
      throw noAwsIdentity(`ServiceAccount ${key.namespace}/${key.name} has no annotation ${roleAnnotation}`);
    return { role, jwt: await serviceAccountToken(client, key, audience, signal) };
  }
  const [role, file] = [env['AWS_ROLE_ARN'], env['AWS_WEB_IDENTITY_TOKEN_FILE']];
  if (!role || !file) throw noAwsIdentity('the host has no identity of AWS');
  return { role, jwt: (await readFile(file, 'utf8')).trim() };
}

async function assume(
  { egress, endpoint = regional, secret }: AwsIdentityOptions,
  { role, jwt, region }: WebIdentity & { region: string },
  signal: AbortSignal,
): Promise<{ entries: Entries; expiresAt: number }> {
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: 'flux-host-sops',
    WebIdentityToken: jwt,
  });
  const answer = await askTokenService(
    egress,
    { cloud: 'AWS', url: endpoint(region), body: form.toString(), type: 'application/x-www-form-urlencoded' },
    signal,
  );
  const credentials = at(
    answer,
    'AssumeRoleWithWebIdentityResponse',
    'AssumeRoleWithWebIdentityResult',
    'Credentials',
  );
  const text = (field: string) => {
    const value = isObject(credentials) ? credentials[field] : undefined;
    return typeof value === 'string' ? value : '';
  };
  const [id, key, token] = [text('AccessKeyId'), text('SecretAccessKey'), text('SessionToken')];
  if (!id || !key || !token) throw noAwsIdentity('AWS gives no credentials for the role');
  secret(key);
  secret(token);
  const expiration = isObject(credentials) ? Number(credentials['Expiration'] ?? 0) : 0;
  return { entries: entriesOf({ id, key, token }), expiresAt: expiration * 1000 || Date.now() + 900_000 };
}

const regional = (region: string): string =>
  `https://sts.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}/`;

function entriesOf({ id, key, token }: { id: string; key: string; token: string | undefined }): Entries {
  const map = {
    aws_access_key_id: id,
    aws_secret_access_key: key,
    ...(token ? { aws_session_token: token } : {}),
  };
  return { [entry]: Buffer.from(JSON.stringify(map)).toString('base64') };
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((below, name) => (isObject(below) ? below[name] : undefined), value);
}
