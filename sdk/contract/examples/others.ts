import type { Example } from './example.ts';

const base64 = (text: string) => btoa(text);

export const sourceExamples: readonly Example<'source'>[] = [
  {
    kind: 'source',
    operation: 'resolve',
    shows: 'the first look at a remote',
    request: { spec: { plugin: 'example', interval: '1m', config: { url: 'https://example.com/files' } } },
    response: { revision: 'latest@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae' },
  },
  {
    kind: 'source',
    operation: 'fetch',
    shows: 'fetching what `resolve` found, given what it passed on',
    request: {
      spec: { plugin: 'example', interval: '1m', config: { url: 'https://example.com/files' } },
      resolved: { etag: '"1"' },
    },
    response: {
      revision: 'latest@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
      metadata: { 'org.example.etag': '"1"' },
      message: '3 files',
    },
  },
  {
    kind: 'source',
    operation: 'verify',
    shows: 'a signature by nobody who is trusted',
    request: {
      type: 'ssh',
      signature: '-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n',
      payload: base64('tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n'),
      keys: [
        'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPbmoVMAS5Ttg77s9DLSAOf4gXCiQpgdRekFHlzbXHLH a@example.com',
      ],
    },
    failure: { message: 'unable to verify payload with any of the given authorized keys' },
  },
];

export const builderExamples: readonly Example<'builder'>[] = [
  {
    kind: 'builder',
    operation: 'build',
    shows: 'a folder, with settings',
    request: {
      path: 'apps',
      spec: { interval: '10m', prune: true, path: './apps' },
      config: { replicas: 2 },
    },
    response: { resources: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n' },
  },
  {
    kind: 'builder',
    operation: 'build',
    shows: 'a folder that is not there',
    request: { path: 'no/such/folder', spec: { interval: '10m', prune: true } },
    failure: { message: 'no/such/folder is not in the artifact', terminal: true },
  },
];

export const policyExamples: readonly Example<'policy'>[] = [
  {
    kind: 'policy',
    operation: 'select',
    shows: 'a few tags',
    request: { image: 'registry.example.com/app', tags: ['1.0.0', '1.1.0', 'latest'], current: '1.0.0' },
    response: { tag: '1.1.0', why: 'the highest version' },
  },
  {
    kind: 'policy',
    operation: 'select',
    shows: 'no tags at all',
    request: { image: 'registry.example.com/app', tags: [] },
    failure: { message: 'the image has no tags to choose from' },
  },
];

export const decryptorExamples: readonly Example<'decryptor'>[] = [
  {
    kind: 'decryptor',
    operation: 'decrypt',
    shows: 'a data key that is wrapped with a key which was not given',
    request: { service: 'age', key: { recipient: 'age1example', enc: 'not wrapped' }, secret: {} },
    failure: { message: 'no identity matches age1example', terminal: true },
  },
];

export const receiverExamples: readonly Example<'receiver'>[] = [
  {
    kind: 'receiver',
    operation: 'receive',
    shows: 'a webhook with a body of JSON',
    request: {
      receiver: { namespace: 'flux-system', name: 'hook', type: 'example' },
      method: 'POST',
      headers: { 'content-type': ['application/json'] },
      body: base64('{"ref":"refs/heads/main"}'),
      secret: { token: base64('s3cret') },
    },
    response: { event: 'push', payload: { ref: 'refs/heads/main' } },
  },
  {
    kind: 'receiver',
    operation: 'receive',
    shows: 'a body that is no JSON',
    request: {
      receiver: { namespace: 'flux-system', name: 'hook', type: 'example' },
      method: 'POST',
      headers: {},
      body: base64('not json'),
      secret: { token: base64('s3cret') },
    },
    failure: { message: 'the body is not JSON', terminal: true },
  },
];

export const commandExamples: readonly Example<'command'>[] = [
  {
    kind: 'command',
    operation: 'run',
    shows: 'words and flags as typed',
    request: { args: ['hello', '--name=world'] },
    response: { stdout: 'hello, world\n', exitCode: 0 },
  },
];
