import type { ComponentName } from './binaries.ts';
import type { Layout } from './layout.ts';
import type { State } from './state.ts';

// No cloud, no addresses to hand out to nodes, nothing that signs certificates for kubelets: idle controllers
// would only poll.
const controllers = [
  '*',
  ...[
    'cloud-node-lifecycle-controller',
    'node-ipam-controller',
    'node-route-controller',
    'service-lb-controller',
    'certificatesigningrequest-signing-controller',
    'certificatesigningrequest-approving-controller',
    'certificatesigningrequest-cleaner-controller',
    'persistentvolume-attach-detach-controller',
    'bootstrap-signer-controller',
    'token-cleaner-controller',
  ].map((name) => `-${name}`),
].join(',');

function etcd(layout: Layout, { etcdPort, etcdPeerPort }: State): string[] {
  const client = `http://127.0.0.1:${etcdPort}`;
  const peer = `http://127.0.0.1:${etcdPeerPort}`;
  return [
    `--data-dir=${layout.etcd}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // A local cluster may lose its last writes with the power; tests and demos gain much speed.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

function apiServer(layout: Layout, { apiPort, etcdPort }: State): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    `--secure-port=${apiPort}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    // A loopback address is no valid endpoint; the Service `kubernetes` stays without any.
    '--endpoint-reconciler-type=none',
    // Without a given certificate it makes its own CA and a certificate for 127.0.0.1 and localhost here.
    `--cert-dir=${layout.certs}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${layout.serviceAccountKey}`,
    `--service-account-signing-key-file=${layout.serviceAccountKey}`,
    `--token-auth-file=${layout.tokens}`,
    '--authorization-mode=RBAC',
    '--anonymous-auth=false',
    // Room for thousands of Services; a /24 would run out at 250.
    '--service-cluster-ip-range=10.0.0.0/16',
    '--allow-privileged=true',
    '--shutdown-delay-duration=0',
    '--shutdown-watch-termination-grace-period=0',
    '--profiling=false',
  ];
}

const ownRequestLimits = ['--kube-api-qps=500', '--kube-api-burst=1000'];

function controllerManager(layout: Layout): string[] {
  return [
    `--kubeconfig=${layout.kubeconfig}`,
    `--root-ca-file=${layout.certs}/ca.crt`,
    `--service-account-private-key-file=${layout.serviceAccountKey}`,
    `--controllers=${controllers}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--profiling=false',
    // By default it throttles itself to 20 requests a second: hundreds of Deployments would take minutes to be looked at.
    ...ownRequestLimits,
    // The node's lease is renewed rarely (see kwok below).
    '--node-monitor-grace-period=10m',
  ];
}

function scheduler(layout: Layout): string[] {
  return [
    `--kubeconfig=${layout.kubeconfig}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--profiling=false',
    ...ownRequestLimits,
  ];
}

function kwok(layout: Layout): string[] {
  return [
    `--kubeconfig=${layout.kubeconfig}`,
    `--config=${layout.kwokConfig}`,
    '--manage-all-nodes=true',
    '--cidr=10.244.0.0/16',
    '--node-ip=10.243.0.1',
    '--node-lease-duration-seconds=240',
  ];
}

const builders: Readonly<Record<ComponentName, (layout: Layout, state: State) => string[]>> = {
  etcd,
  'kube-apiserver': apiServer,
  'kube-controller-manager': controllerManager,
  'kube-scheduler': scheduler,
  kwok,
};

/** The command line of a component. */
export function componentArgs(name: ComponentName, layout: Layout, state: State): string[] {
  return builders[name](layout, state);
}
