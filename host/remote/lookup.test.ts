import { createServer, type Server } from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { createEgress } from '../sandbox/egress/egress.ts';
import { parseProviderConfig } from './config-map.ts';
import { lookUp, type Place } from './lookup.ts';

const aks =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/prod';
const gke = 'projects/p/locations/europe-west1/clusters/prod';
const ca = '-----BEGIN CERTIFICATE-----\nca\n-----END CERTIFICATE-----\n';

const egress = createEgress();
let server: Server;
let base: string;
let seen: string[] = [];
let answer: { status: number; body: object } = { status: 200, body: {} };

test.before(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
test.before.each(() => {
  seen = [];
});
test.after(async () => {
  server.close();
  await egress.close();
});

function find(data: Record<string, string>): Promise<Place> {
  return lookUp({
    egress,
    apis: { azure: base, google: base },
    config: parseProviderConfig(data, 'it'),
    token: 'cloud-token',
    signal: AbortSignal.timeout(10_000),
  });
}

async function failureOf(data: Record<string, string>): Promise<FluxError> {
  const error = await find(data).catch((caught: unknown) => caught);
  if (error instanceof FluxError) return error;
  throw new Error(`no FluxError: ${String(error)}`);
}

/** A kubeconfig as Azure gives it: with a program for the credentials. */
function azureKubeconfig(address: string): { name: string; value: string } {
  const config = {
    'current-context': 'prod',
    contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'prod' } }],
    clusters: [
      {
        name: 'prod',
        cluster: { server: address, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: [{ name: 'prod', user: { exec: { command: 'kubelogin' } } }],
  };
  return { name: 'clusterUser', value: Buffer.from(JSON.stringify(config)).toString('base64') };
}

test('Google tells the endpoint and the certificate of a cluster', async () => {
  const masterAuth = { clusterCaCertificate: Buffer.from(ca).toString('base64') };
  answer = { status: 200, body: { endpoint: '203.0.113.7', masterAuth } };
  assert.equal(await find({ provider: 'gcp', cluster: gke }), { address: 'https://203.0.113.7', ca });
  assert.equal(seen, [`GET /v1/${gke} Bearer cloud-token`]);
});

test('what the ConfigMap says wins over what the cloud says', async () => {
  answer = { status: 200, body: { endpoint: '203.0.113.7', masterAuth: {} } };
  const place = await find({ provider: 'gcp', cluster: gke, address: 'https://10.0.0.1' });
  assert.is(place.address, 'https://10.0.0.1:443');
});

test('of the addresses that Azure tells the wanted one is taken, else the first', async () => {
  const kubeconfigs = [
    azureKubeconfig('https://public.example.com:443'),
    azureKubeconfig('https://private.example.com'),
  ];
  answer = { status: 200, body: { kubeconfigs } };
  const first = await find({ provider: 'azure', cluster: aks });
  assert.equal(first, { address: 'https://public.example.com:443', ca });
  const wanted = await find({ provider: 'azure', cluster: aks, address: 'https://Private.example.com' });
  assert.equal(wanted, { address: 'https://private.example.com:443', ca });
  assert.match(
    seen[0] ?? '',
    /^POST \/subscriptions\/.*\/prod\/listClusterUserCredential\?api-version=.* Bearer cloud-token$/,
  );
  const { code, message } = await failureOf({
    provider: 'azure',
    cluster: aks,
    address: 'https://other.example.com',
  });
  assert.is(code, 'FLUX_E_REMOTE_LOOKUP');
  assert.match(message, /has not the address 'https:\/\/other\.example\.com:443'/);
});

test('a cloud that refuses is quoted, and its answer to nobody else', async () => {
  answer = {
    status: 403,
    body: { error: { message: 'no container.clusters.get for you' }, secret: 's3cr3t' },
  };
  const { message } = await failureOf({ provider: 'gcp', cluster: gke });
  assert.is(
    message,
    `failed to describe the cluster '${gke}': HTTP status 403: no container.clusters.get for you`,
  );
});

test('an answer without a cluster in it is no cluster', async () => {
  answer = { status: 200, body: {} };
  assert.match((await failureOf({ provider: 'gcp', cluster: gke })).message, /it has no endpoint/);
  assert.match((await failureOf({ provider: 'azure', cluster: aks })).message, /no kubeconfig for it/);
  answer = { status: 200, body: { kubeconfigs: [{ value: 'nonsense' }] } };
  assert.match((await failureOf({ provider: 'azure', cluster: aks })).message, /cannot be read/);
});

test.run();
