import { createHmac } from 'node:crypto';

/** What proves a request to a Receiver of one type to be genuine. */
export interface ReceiverScheme {
  headers(call: WebhookCall): Readonly<Record<string, string>>;
  /** Sent when the user gives none: the smallest body that the type accepts, where `{}` is not one. */
  readonly payload?: object;
}

export interface WebhookCall {
  readonly token: string;
  readonly payload: string;
  /** Name of the event, empty for none. */
  readonly event: string;
}

const hmac = (algorithm: 'sha1' | 'sha256', { token, payload }: WebhookCall): string =>
  createHmac(algorithm, token).update(payload).digest('hex');

const named = (header: string, { event }: WebhookCall): Record<string, string> =>
  event ? { [header]: event } : {};

/**
 * The types that a request can be made for with nothing but the token. Beside them `generic-oidc` has a flow of its own;
 * `gcr` needs a token of Google and `cdevents` a whole CloudEvent.
 */
export const schemes: Readonly<Record<string, ReceiverScheme>> = {
  generic: { headers: () => ({}) },
  'generic-hmac': { headers: (call) => ({ 'X-Signature': `sha256=${hmac('sha256', call)}` }) },
  github: {
    headers: (call) => ({
      'X-Hub-Signature-256': `sha256=${hmac('sha256', call)}`,
      ...named('X-GitHub-Event', call),
    }),
  },
  gitlab: { headers: (call) => ({ 'X-Gitlab-Token': call.token, ...named('X-Gitlab-Event', call) }) },
  bitbucket: {
    headers: (call) => ({
      'X-Hub-Signature': `sha256=${hmac('sha256', call)}`,
      ...named('X-Event-Key', call),
    }),
  },
  harbor: { headers: ({ token }) => ({ Authorization: token }) },
  nexus: { headers: (call) => ({ 'X-Nexus-Webhook-Signature': hmac('sha1', call) }) },
  dockerhub: {
    headers: () => ({}),
    payload: {
      push_data: { tag: 'latest' },
      repository: { repo_url: 'https://hub.docker.com/r/example/app' },
    },
  },
  quay: {
    headers: () => ({}),
    payload: { docker_url: 'quay.io/example/app', updated_tags: ['latest'] },
  },
  acr: {
    headers: () => ({}),
    payload: { action: 'push', target: { repository: 'example/app', tag: 'latest' } },
  },
};

export const oidcType = 'generic-oidc';

/** Flux's three first: scripts look for its message. */
export const triggerTypes: readonly string[] = [
  'generic',
  'generic-hmac',
  oidcType,
  ...Object.keys(schemes).filter((type) => !type.startsWith('generic')),
];
