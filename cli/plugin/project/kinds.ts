import { examples } from '@flux-host/sdk/contract/examples/index.ts';
import type { PluginKind, PluginManifest, PluginRequests } from '@flux-host/sdk/contract/manifest.ts';

/** Kinds that a project can be started for. Engines of charts are not something to start from a template. */
export type ProjectKind = Exclude<PluginKind, 'chart'>;

/** What a new project of a kind needs beside its code. */
export interface KindFacts {
  /** What the plugin of the template does, for its manifest. */
  readonly description: string;
  readonly requests: PluginRequests;
  readonly config?: PluginManifest['provides'][number]['config'];
  /** What the conformance suite has to be told of the template. */
  readonly conformance?: object;
  /** Further files, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the call of the sample needs beside its file. */
  readonly runFlags?: string;
  /** A file with an object that uses the plugin. */
  readonly usage?: { readonly file: string; text(name: string): string };
}

/** A file for `flux plugin run`: an event for notifiers, else a whole request. */
export function sampleInput(kind: ProjectKind, name: string): { file: string; content: unknown } {
  const request: unknown = examples[kind][0]?.request;
  const content = withoutSecret(withConfig(kind, request, name));
  return kind === 'notifier'
    ? { file: 'event.json', content: content['event'] }
    : { file: 'request.json', content };
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** Secrets are given on the command line, not in files of a repository. */
function withoutSecret({ secret: _, ...request }: Fields): Fields {
  return request;
}

function withConfig(kind: ProjectKind, request: unknown, name: string): Fields {
  const fields = fieldsOf(request);
  switch (kind) {
    case 'source':
      return {
        ...fields,
        spec: { plugin: name, interval: '1m', config: { url: 'https://files.example.com/app.yaml' } },
      };
    case 'receiver':
      return { ...fields, receiver: { ...fieldsOf(fields['receiver']), type: name } };
    case 'decryptor':
      return { ...fields, service: name, key: { address: 'https://keys.example.com', enc: 'd3JhcHBlZA==' } };
    case 'command':
      return { args: [] };
    case 'builder': {
      const { config: _, ...rest } = fields;
      return rest;
    }
    default:
      return fields;
  }
}

const sourceConfig = {
  type: 'object',
  properties: { url: { type: 'string', pattern: '^https://', description: 'Address of the file' } },
  required: ['url'],
  additionalProperties: false,
};

export const kindFacts: Readonly<Record<ProjectKind, KindFacts>> = {
  notifier: {
    description: 'Posts a line of text for each event to a webhook',
    requests: {
      network: ['$address'],
      capabilities: ['http'],
      credentials: [{ header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } }],
      memory: '64Mi',
      timeout: '15s',
    },
    config: {
      type: 'object',
      properties: { prefix: { type: 'string', description: 'Put before every message' } },
      additionalProperties: false,
    },
    usage: {
      file: 'provider.yaml',
      text: (name) => `apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Provider
metadata:
  name: ${name}
  namespace: flux-system
spec:
  type: ${name}
  address: https://chat.example.com/hook
  channel: deployments
  # secretRef:
  #   name: ${name} # with the key token
---
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Alert
metadata:
  name: ${name}
  namespace: flux-system
spec:
  providerRef:
    name: ${name}
  eventSources:
    - kind: GitRepository
      name: '*'
    - kind: Kustomization
      name: '*'
`,
    },
  },
  source: {
    description: 'Fetches one file over HTTPS',
    requests: { network: ['files.example.com'], capabilities: ['http'], memory: '64Mi', timeout: '30s' },
    config: sourceConfig,
    conformance: { config: { url: 'https://files.example.com/app.yaml' } },
    usage: {
      file: 'source.yaml',
      text: (name) => `apiVersion: plugin.extensions.fluxcd.io/v1alpha1
kind: PluginSource
metadata:
  name: app
  namespace: flux-system
spec:
  plugin: ${name}
  interval: 10m
  config:
    url: https://files.example.com/app.yaml
`,
    },
  },
  builder: {
    description: 'Gives the manifests of a folder as they are',
    requests: { memory: '64Mi', timeout: '30s' },
    config: {
      type: 'object',
      properties: { suffix: { type: 'string', description: 'Files to take' } },
      additionalProperties: false,
    },
    files: {
      'example/apps/configmap.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  colour: red\n',
    },
    runFlags: '--files example',
    usage: {
      file: 'app.yaml',
      text: (name) => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: app
  namespace: flux-system
spec:
  interval: 10m
  sourceRef:
    kind: GitRepository
    name: app
  path: ./apps
  prune: true
  builder:
    plugin: ${name}
`,
    },
  },
  policy: {
    description: 'Chooses the tag with the highest version',
    requests: { memory: '64Mi', timeout: '10s' },
    config: {
      type: 'object',
      properties: { major: { type: 'integer', minimum: 0, description: 'Take only this major version' } },
      additionalProperties: false,
    },
    usage: {
      file: 'policy.yaml',
      text: (name) => `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata:
  name: app
  namespace: flux-system
spec:
  imageRepositoryRef:
    name: app
  policy:
    plugin:
      name: ${name}
`,
    },
  },
  receiver: {
    description: 'Takes webhooks that are signed with HMAC-SHA256',
    requests: { secretKeys: ['token'], memory: '64Mi', timeout: '5s' },
  },
  decryptor: {
    description: 'Has data keys of SOPS files unwrapped by a key service',
    requests: {
      network: ['keys.example.com'],
      capabilities: ['http'],
      credentials: [
        {
          hosts: ['keys.example.com'],
          header: { name: 'Authorization', key: 'token', format: 'Bearer {}' },
        },
      ],
      memory: '64Mi',
      timeout: '15s',
    },
  },
  command: {
    description: 'Counts the Kubernetes objects in the current folder by kind',
    requests: { memory: '64Mi', timeout: '30s' },
  },
};
