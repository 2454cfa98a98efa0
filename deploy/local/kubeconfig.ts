import type { ApiAccess } from './api.ts';

/** A kubeconfig for the administrator, as JSON, which every reader of YAML accepts. */
export function kubeconfigOf(access: ApiAccess, name: string): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server: `https://127.0.0.1:${access.port}`,
          'certificate-authority-data': Buffer.from(access.ca).toString('base64'),
        },
      },
    ],
    users: [{ name: 'admin', user: { token: access.token } }],
    contexts: [{ name, context: { cluster: name, user: 'admin' } }],
    'current-context': name,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

interface ParsedKubeconfig {
  readonly clusters?: readonly {
    readonly cluster?: { readonly server?: unknown; readonly 'certificate-authority-data'?: unknown };
  }[];
  readonly users?: readonly { readonly user?: { readonly token?: unknown } }[];
}

/**
 * Reads back what {@link kubeconfigOf} wrote.
 * @throws Error when the text is another kubeconfig
 */
export function accessOf(kubeconfig: string): ApiAccess {
  const { clusters, users }: ParsedKubeconfig = JSON.parse(kubeconfig);
  const cluster = clusters?.[0]?.cluster;
  const [server, ca, token] = [
    cluster?.server,
    cluster?.['certificate-authority-data'],
    users?.[0]?.user?.token,
  ];
  if (typeof server !== 'string' || typeof ca !== 'string' || typeof token !== 'string') {
    throw new Error('this kubeconfig was not written by the local control plane');
  }
  return { port: Number(new URL(server).port), ca: Buffer.from(ca, 'base64').toString(), token };
}
