import { Plugin } from '../../plugin/plugin.ts';
import { PluginSource } from '../../plugin/plugin-source.ts';
import { samplesOf } from '../sample.ts';

const source = { url: 'oci://registry.example.com/plugins/jsonnet', ref: { tag: '1.2.0' } };

export const pluginSamples = [
  samplesOf(Plugin, {
    good: [
      {
        what: 'a plugin that is granted nothing',
        spec: { source },
        defaults: { interval: '10m', timeout: '60s' },
      },
      {
        what: 'grants of every kind',
        spec: {
          source: { ...source, secretRef: { name: 'pull', namespace: 'flux-system' } },
          verify: { provider: 'cosign', secretRef: { name: 'keys' } },
          grants: {
            network: ['api.example.com:443', '*.example.com'],
            capabilities: ['http'],
            secrets: [{ name: 'api', namespace: 'flux-system', keys: ['token'] }],
            secretKeys: ['token'],
            credentials: [
              { header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } },
              { hosts: ['api.example.com'], query: { name: 'key', key: 'apiKey' } },
            ],
            identity: { cloud: 'gcp', scope: 'https://www.googleapis.com/auth/pubsub' },
            memory: '256Mi',
            timeout: '30s',
            concurrency: 4,
            namespaces: { names: ['apps'], matchLabels: { plugins: 'allowed' } },
          },
        },
      },
    ],
    bad: [
      { what: 'no source', spec: {}, says: 'spec.source: Required value' },
      { what: 'a file', spec: { source: { url: 'file:///jsonnet.wasm' } }, says: 'should match' },
      {
        what: 'an unknown capability',
        spec: { source, grants: { capabilities: ['exec'] } },
        says: 'Unsupported value',
      },
      { what: 'a memory in words', spec: { source, grants: { memory: 'plenty' } }, says: 'should match' },
      {
        what: 'no call at all',
        spec: { source, grants: { concurrency: 0 } },
        says: 'greater than or equal to 1',
      },
      {
        what: 'a credential in two ways at once',
        spec: {
          source,
          grants: {
            credentials: [{ query: { name: 'k', key: 'a' }, header: { name: 'X-Key', key: 'a' } }],
          },
        },
        says: 'a credential is one of',
      },
      {
        what: 'a Secret without keys',
        spec: { source, grants: { secrets: [{ name: 'api', keys: [] }] } },
        says: 'at least 1 item',
      },
      {
        what: 'a signature by anybody',
        spec: { source, verify: { provider: 'cosign' } },
        says: 'a signature by anybody proves nothing',
      },
      {
        what: 'namespaces that choose none',
        spec: { source, grants: { namespaces: {} } },
        says: 'namespaces needs names or matchLabels',
      },
    ],
  }),
  samplesOf(PluginSource, {
    good: [
      {
        what: 'a plugin with settings of its own',
        spec: { plugin: 'releases', interval: '5m', config: { project: 'web', channels: ['stable'] } },
        defaults: { timeout: '60s', 'config.project': 'web' },
      },
    ],
    bad: [
      { what: 'no plugin', spec: { interval: '5m' }, says: 'spec.plugin: Required value' },
      { what: 'no interval', spec: { plugin: 'releases' }, says: 'spec.interval: Required value' },
      { what: 'a name of no plugin', spec: { plugin: '../x', interval: '5m' }, says: 'should match' },
    ],
  }),
];
