import type { KubeClient } from '../../kube/types.ts';
import { Lru } from '../../lru.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import { gateDisabled } from '../errors.ts';
import { hostCredentials } from './host-credentials.ts';
import { roleOf } from './role.ts';
import { assumeRole, type Temporary } from './sts.ts';
import type { AwsCredentials, AwsIdentities, AwsRequest } from './types.ts';

export interface AwsContext {
  readonly client: KubeClient;
  readonly egress: Egress;
  /** AWS' own variables: AWS_ACCESS_KEY_ID, AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, AWS_CONTAINER_CREDENTIALS_FULL_URI, … */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Address of the token service of a region, instead of that of AWS. */
  readonly endpoint?: (region: string) => string;
}

export interface AwsIdentitiesOptions extends AwsContext {
  /** Gate ObjectLevelWorkloadIdentity: objects may name a ServiceAccount. */
  readonly objectLevel: boolean;
  /** Keeps a text out of all others from then on. */
  secret(value: string): void;
}

const keptIdentities = 100;
/** Part of their life for which credentials are used. */
const usedShare = 0.8;

/** Temporary credentials, kept while they are fresh and asked for once when many want the same. */
export function createAwsIdentities(options: AwsIdentitiesOptions): AwsIdentities {
  const kept = new Lru<{ credentials: AwsCredentials; until: number }>(keptIdentities);
  const asked = new Map<string, Promise<Temporary>>();
  return {
    async credentials(request) {
      const { account, region, stsEndpoint = '' } = request;
      if (account.serviceAccountName && !options.objectLevel) throw gateDisabled();
      const whose = account.serviceAccountName ? `${account.namespace}/${account.serviceAccountName}` : '';
      const key = JSON.stringify([whose, region, stsEndpoint]);
      const known = kept.get(key);
      if (known && known.until > Date.now()) return known.credentials;
      const running = asked.get(key) ?? ask(options, request).finally(() => asked.delete(key));
      asked.set(key, running);
      const { credentials, expiresAt } = await running;
      options.secret(credentials.secretAccessKey);
      if (credentials.sessionToken) options.secret(credentials.sessionToken);
      const until = Date.now() + (expiresAt - Date.now()) * usedShare;
      kept.set(key, { credentials, until });
      return credentials;
    },
  };
}

async function ask(context: AwsContext, { signal: _own, ...request }: AwsRequest): Promise<Temporary> {
  // Shared by all who wait: one of them giving up must not end it for the others.
  const { account } = request;
  if (!account.serviceAccountName) return hostCredentials(context, request);
  const key = { namespace: account.namespace, name: account.serviceAccountName };
  return assumeRole(context, request, await roleOf(context.client, key, request.region));
}
