import type { PluginManifest, PluginRequests } from '@flux-host/sdk/contract/manifest.ts';
import { sizeText } from './size.ts';

/** What is known of a module without running it. */
export interface Description {
  readonly manifest: PluginManifest;
  /** `sha256:<hex>` */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** Functions; absent when only the manifest was read. */
  readonly exports?: readonly string[];
  /** `namespace.name` */
  readonly imports?: readonly string[];
}

/** One row for each thing that a plugin asks for: what it is, and in words. */
export function requestRows(requests: PluginRequests): string[][] {
  const { network, capabilities, secretKeys, credentials, identity, memory, timeout } = requests;
  return [
    ...(network ?? []).map((host) => ['network', hostText(host)]),
    ...(capabilities ?? []).map((name) => ['capability', name]),
    ...(secretKeys ?? []).map((key) => ['secret key', `${key} (the plugin sees its value)`]),
    ...(credentials ?? []).map((each) => ['credential', credentialText(each)]),
    ...(identity
      ? [
          [
            'identity',
            `${identity.cloud}, ${identity.scope}${identity.visible ? ' (the plugin sees the token)' : ''}`,
          ],
        ]
      : []),
    ...(memory ? [['memory', memory]] : []),
    ...(timeout ? [['timeout', timeout]] : []),
  ];
}

function hostText(host: string): string {
  if (host === '$address') return '$address (the address that the user of the plugin names)';
  return host === '*' ? '* (every host)' : host;
}

function credentialText({
  hosts = ['$address'],
  header,
  basic,
  query,
  hmac,
  headers,
  registry,
}: NonNullable<PluginRequests['credentials']>[number]): string {
  const to = `to ${hosts.join(', ')}`;
  if (header) return `key ${header.key} as header ${header.name} ${to}`;
  if (basic) {
    const keys = basic.usernameKey ? `keys ${basic.usernameKey} and` : 'key';
    return `${keys} ${basic.passwordKey} as basic authentication ${to}`;
  }
  if (registry) return `the login of the OCI registry ${to}`;
  if (headers) return `key ${headers.key} as headers ${to}`;
  if (query) return `key ${query.key} as query parameter ${query.name} ${to}`;
  return `key ${hmac?.key} as ${hmac?.algorithm} signature in header ${hmac?.header} ${to}`;
}

/** Name and value of everything that is said about a plugin in one line each. */
export function factRows({ manifest, digest, size, exports, imports }: Description): string[][] {
  const { name, version, description, source, license, provides, contract } = manifest;
  return [
    ['name', name],
    ['version', version],
    ['description', description],
    ...(source ? [['source', source]] : []),
    ...(license ? [['licence', license]] : []),
    ['contract', contract],
    ...provides.map(({ kind, type, traits = [] }) => [
      'provides',
      `${kind} ${type}${traits.length > 0 ? ` (${traits.join(', ')})` : ''}`,
    ]),
    ['size', sizeText(size)],
    ['digest', digest],
    ...(exports ? [['exports', exports.join(', ')]] : []),
    ...(imports ? [['imports', [...new Set(imports)].join('\n') || 'none']] : []),
  ];
}
