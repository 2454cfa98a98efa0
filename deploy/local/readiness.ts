import { type ApiAccess, callApi } from './api.ts';
import type { ComponentName } from './binaries.ts';
import { readAuthority } from './certificate.ts';
import type { Layout } from './layout.ts';
import type { State } from './state.ts';
import { waitFor } from './wait.ts';

const nodeName = 'local';

/** Waits for the API server, and learns from it how to trust it. */
export async function apiReady(layout: Layout, state: State): Promise<ApiAccess> {
  const running: ComponentName[] = ['etcd', 'kube-apiserver'];
  let access: ApiAccess | undefined;
  await waitFor(layout, {
    otherwise: 'the API server is not ready',
    component: 'kube-apiserver',
    running,
    timeoutSeconds: 90,
    async holds() {
      const ca = readAuthority(layout);
      if (!ca) return false;
      access = { port: state.apiPort, ca, token: state.token };
      return (await callApi(access, '/readyz')).status === 200;
    },
  });
  if (!access) throw new Error('ready without access');
  return access;
}

/** Waits until namespaces get their service accounts, which the controller manager makes. */
export function controllersReady(layout: Layout, access: ApiAccess): Promise<void> {
  return waitFor(layout, {
    otherwise: 'the controller manager has not made the service account "default"',
    component: 'kube-controller-manager',
    running: ['etcd', 'kube-apiserver', 'kube-controller-manager'],
    timeoutSeconds: 60,
    async holds() {
      const answer = await callApi(access, '/api/v1/namespaces/default/serviceaccounts/default');
      return answer.status === 200;
    },
  });
}

/** Makes the simulated node if there is none and waits until pods can run on it. */
export function nodeReady(layout: Layout, access: ApiAccess): Promise<void> {
  return waitFor(layout, {
    otherwise: 'the simulated node is not ready',
    component: 'kwok',
    running: ['etcd', 'kube-apiserver', 'kwok'],
    timeoutSeconds: 60,
    async holds() {
      const answer = await callApi(access, `/api/v1/nodes/${nodeName}`);
      if (answer.status === 404) await callApi(access, '/api/v1/nodes', node);
      return answer.status === 200 && isSchedulable(answer.body);
    },
  });
}

const node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: nodeName,
    labels: {
      'kubernetes.io/hostname': nodeName,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
    },
  },
};

interface NodeBody {
  readonly spec?: { readonly taints?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly { readonly type?: string; readonly status?: string }[] };
}

function isSchedulable(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  const { spec, status }: NodeBody = body;
  const ready =
    status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  return ready && (spec?.taints ?? []).length === 0;
}
