import type { Notification } from '@flux-host/sdk/typescript';
import { invalid } from '../notifier-common/failure.ts';
import type { SharedKey } from './shared-access.ts';

/** An event hub, and the key in its address where there is one. */
export interface Target {
  readonly url: string;
  readonly signedBy?: SharedKey;
}

type Call = Pick<Notification<unknown, never>, 'provider' | 'secretEntries' | 'hasIdentity'>;

/**
 * Which hub is meant, and whether there is just one way to authenticate.
 * @throws PluginError in the words of Flux
 */
export function targetOf({ provider, secretEntries = [], hasIdentity }: Call): Target {
  const { address = '', channel = '', serviceAccountName } = provider;
  const hasToken = secretEntries.includes('token');
  if (address === '') throw conflict('endpoint URL cannot be empty');
  if (address.includes('SharedAccessKey')) {
    if (serviceAccountName) {
      throw conflict('serviceAccountName and SAS authentication cannot be set at the same time');
    }
    if (hasToken) throw conflict('jwt token and SAS authentication cannot be set at the same time');
    return connectionOf(address);
  }
  if (serviceAccountName && hasToken) {
    throw conflict('serviceAccountName and jwt token authentication cannot be set at the same time');
  }
  if (!hasToken && !hasIdentity) {
    throw invalid(
      'failed to create a eventhub using managed identity: failed to get token: failed to create provider access token for ' +
        'the controller: ManagedIdentityCredential is not available',
      'put a connection string into the key address of the Secret, or set up workload identity',
    );
  }
  return { url: `https://${fullNamespace(channel)}/${encodeURIComponent(address)}` };
}

/** Reads `Endpoint=sb://<host>/;SharedAccessKeyName=<name>;SharedAccessKey=<key>;EntityPath=<hub>`. */
function connectionOf(text: string): Target {
  const parts = new Map(
    text
      .split(';')
      .filter((part) => part.includes('='))
      .map((part) => {
        const equals = part.indexOf('=');
        return [part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim()] as const;
      }),
  );
  const { hostname } = URL.parse(parts.get('endpoint')?.replace(/^sb:/i, 'https:') ?? '') ?? {};
  const keyName = parts.get('sharedaccesskeyname');
  const key = parts.get('sharedaccesskey');
  const hub = parts.get('entitypath');
  if (!hostname) throw wrong('key "Endpoint" must not be empty');
  if (!keyName) throw wrong('key "SharedAccessKeyName" must not be empty');
  if (!key) throw wrong('key "SharedAccessKey" must not be empty');
  if (!hub)
    throw wrong('connection string does not contain an EntityPath. eventHub cannot be an empty string');
  return { url: `https://${hostname}/${encodeURIComponent(hub)}`, signedBy: { keyName, key } };
}

/** A name alone is one in the public cloud. */
function fullNamespace(namespace: string): string {
  if (namespace === '') {
    throw invalid(
      'failed to create a eventhub using authentication token: the namespace is empty',
      'set spec.channel to the namespace of the event hub',
    );
  }
  return namespace.includes('.servicebus.') ? namespace : `${namespace}.servicebus.windows.net`;
}

const conflict = (why: string) => invalid(`invalid authentication options: ${why}`);
const wrong = (why: string) =>
  invalid(
    `failed to create a eventhub using SAS: ${why}`,
    'copy the connection string of the event hub, which has an EntityPath',
  );
