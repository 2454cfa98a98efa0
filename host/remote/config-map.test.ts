import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { parseProviderConfig } from './config-map.ts';

const parse = (data: Record<string, string>) => parseProviderConfig(data, 'it');

function refusalOf(data: Record<string, string>): string {
  try {
    parse(data);
  } catch (error) {
    if (error instanceof FluxError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

const aks =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/prod';

test('generic: the address in the form that Flux has it, audiences one a line', () => {
  const config = parse({
    provider: 'generic',
    address: 'Prod.Example.com',
    audiences: 'one\n\n  two \n',
    serviceAccountName: 'deployer',
  });
  assert.is(config.address, 'https://prod.example.com:443');
  assert.equal(config.audiences, ['one', 'two']);
  assert.is(config.serviceAccountName, 'deployer');
  assert.is(
    parse({ provider: 'generic', address: 'https://10.0.0.1:6443/x' }).address,
    'https://10.0.0.1:6443',
  );
});

test('clouds: the name of the cluster, or the address and its certificate', () => {
  assert.is(parse({ provider: 'azure', cluster: aks }).cluster, aks);
  const cluster = 'projects/p/locations/europe-west1/clusters/prod';
  assert.is(parse({ provider: 'gcp', cluster }).cluster, cluster);
  assert.is(parse({ provider: 'gcp', address: 'https://1.2.3.4', 'ca.crt': 'pem' }).cluster, '');
});

const refusals: readonly [string, Record<string, string>, RegExp][] = [
  ['no provider', {}, /provider ''.*not implemented/],
  ['an unknown one', { provider: 'oracle' }, /provider 'oracle'/],
  ['AWS', { provider: 'aws', cluster: 'arn:aws:eks:eu-west-1:1:cluster/prod' }, /'aws'.*signed/],
  ['generic without an address', { provider: 'generic' }, /has no address/],
  ['an address without TLS', { provider: 'generic', address: 'http://prod' }, /no https URL/],
  ['a metadata service', { provider: 'generic', address: '169.254.169.254' }, /does not connect to/],
  ['a cloud without a cluster', { provider: 'gcp', address: 'https://1.2.3.4' }, /not of the form projects/],
  ['a cluster that leads elsewhere', { provider: 'gcp', cluster: 'projects/../..?x=' }, /not of the form/],
  [
    'another cloud’s cluster',
    { provider: 'azure', cluster: 'projects/a/locations/b/clusters/c' },
    /not of the form/,
  ],
  ['audiences for a cloud', { provider: 'azure', cluster: aks, audiences: 'x' }, /audiences/],
];

for (const [what, data, message] of refusals) {
  test(`refused: ${what}`, () => assert.match(refusalOf(data), message));
}

test.run();
