import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { parseYaml } from '../../build/yaml/parse.ts';
import { askTokenService } from '../../cloud/request.ts';
import { serviceAccountToken } from '../../cloud/service-account.ts';
import type { Account } from '../../cloud/types.ts';
import { errorText } from '../../errors/text.ts';
import type { NamespacedName } from '../../kube/types.ts';
import { readConfigMap, type SecretAccess } from '../../reconcile/secrets.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import { vaultLoginFailed } from '../errors.ts';
import { isObject } from '../resources/json-tree.ts';

const configKey = 'config.yaml';
const ownTokenFile = '/var/run/secrets/kubernetes.io/serviceaccount/token';

export interface VaultLoginOptions extends SecretAccess {
  readonly egress: Egress;
  /** `--sops-vault-configmap`: which servers take logins, and where. */
  readonly configMap: NamespacedName;
  /** The host's own token, which says which account it has. */
  readonly tokenFile?: string;
}

/**
 * Logs in to an OpenBao or Vault server with a token of a ServiceAccount, as the role `<namespace>_<name>`. Only servers that the administrator
 * listed are logged in to: a file may name any address.
 * @returns a token of the server
 * @throws FluxError FLUX_E_SOPS_VAULT_LOGIN, FLUX_E_CLOUD_…
 */
export async function vaultLogin(
  options: VaultLoginOptions,
  { address, account }: { address: string; account: Account },
  signal: AbortSignal,
): Promise<string> {
  const path = await loginPath(options, address, signal);
  const key = account.serviceAccountName
    ? { namespace: account.namespace, name: account.serviceAccountName }
    : await ownAccount(options.tokenFile ?? ownTokenFile);
  const jwt = await serviceAccountToken(options.client, key, address, signal);
  const role = `${key.namespace}_${key.name}`;
  const answer = await askTokenService(
    options.egress,
    {
      cloud: `${address} (login at ${path} as role ${role})`,
      url: new URL(posix.join('/v1', path), address).href,
      body: JSON.stringify({ role, jwt }),
      type: 'application/json',
    },
    signal,
  );
  const auth = answer['auth'];
  const token = isObject(auth) ? auth['client_token'] : undefined;
  if (typeof token !== 'string' || token === '') {
    throw vaultLoginFailed(`Vault '${address}' returned no token for login at '${path}' as role '${role}'`);
  }
  options.redactor.add(token);
  return token;
}

async function loginPath(options: VaultLoginOptions, address: string, signal: AbortSignal): Promise<string> {
  const { configMap } = options;
  const name = `${configMap.namespace}/${configMap.name}`;
  const data = await readConfigMap(options, configMap, 'BuildFailed', signal);
  const text = data[configKey];
  if (text === undefined)
    throw vaultLoginFailed(`Vault ConfigMap '${name}' is missing the '${configKey}' key`);
  const instance = instancesOf(text, name).find((candidate) => candidate['address'] === address);
  const path = instance?.['loginPath'];
  if (typeof path === 'string' && path !== '') return path;
  throw vaultLoginFailed(`no Vault login path configured for address '${address}' in ConfigMap '${name}'`);
}

function instancesOf(text: string, name: string): Readonly<Record<string, unknown>>[] {
  try {
    const config = parseYaml(text);
    const instances = isObject(config) ? config['instances'] : undefined;
    return Array.isArray(instances) ? instances.filter(isObject) : [];
  } catch (error) {
    throw vaultLoginFailed(
      `failed to parse '${configKey}' in Vault ConfigMap '${name}': ${errorText(error)}`,
    );
  }
}

async function ownAccount(file: string): Promise<NamespacedName> {
  try {
    const [, payload = ''] = (await readFile(file, 'utf8')).split('.');
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const subject = isObject(claims) ? claims['sub'] : undefined;
    const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(String(subject)) ?? [];
    if (namespace && name) return { namespace, name };
  } catch {
    // Said below.
  }
  throw vaultLoginFailed(
    'the host has no ServiceAccount to log in with: name one in spec.decryption.serviceAccountName',
  );
}
