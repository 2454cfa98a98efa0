import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { fail, type Outcome, pass } from '../asset.ts';
import { compare } from '../diff.ts';
import { type Config, commitStatus, type Notifiers } from './deliver.ts';
import { githubAnswers } from './github.ts';
import { authenticationMethods } from './nats.ts';

/** An event that every provider takes. */
export const anEvent: FluxEvent = {
  involvedObject: { kind: 'Kustomization', namespace: 'gitops-system', name: 'webapp' },
  severity: 'info',
  timestamp: '2026-03-04T05:06:07Z',
  message: 'message',
  reason: 'ReconciliationSucceeded',
  metadata: { revision: 'main@sha1:8a8c8d9d1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a', change_request: '42' },
  reportingController: 'kustomize-controller',
};

interface WantedError {
  readonly error?: string;
}

export interface GitHubInput {
  readonly secretData?: Readonly<Record<string, string>>;
}

/** `NewGitHub…` of upstream: with which Secrets a provider can be made. */
export async function checkGitHub(
  notifiers: Notifiers,
  { type, input }: { type: string; input: GitHubInput },
  { wantErr }: { wantErr?: WantedError },
): Promise<Outcome> {
  const config: Config = {
    address: 'https://github.com/foo/bar',
    commitStatus,
    providerUID: '0c9c2e41-d2f9-4f9b-9c41-bebc1984d67a',
    ...(input.secretData ? { secretData: input.secretData } : {}),
  };
  const { failure } = await notifiers.deliver({ type, config, event: anEvent, respond: githubAnswers });
  return checkFailure(failure, wantErr?.error);
}

export interface PubSubInput {
  readonly projectID?: string;
  readonly topicID?: string;
}

export async function checkPubSub(
  notifiers: Notifiers,
  { projectID = '', topicID = '' }: PubSubInput,
  { expectedErr }: { expectedErr?: WantedError },
): Promise<Outcome> {
  const config = { address: projectID, channel: topicID, token: '' };
  const { failure } = await notifiers.deliver({ type: 'googlepubsub', config, event: anEvent });
  if (expectedErr?.error) return checkFailure(failure, expectedErr.error);
  // It can be made; without credentials there is nothing to send with.
  return failure?.message.includes('neither a service account key')
    ? pass
    : fail(failure?.message ?? 'it sent');
}

export interface EventHubInput {
  readonly endpointURL?: string;
  readonly eventHubNamespace?: string;
  readonly token?: string;
  readonly serviceAccountName?: string;
}

export async function checkEventHub(
  notifiers: Notifiers,
  input: EventHubInput,
  { err }: { err?: WantedError },
): Promise<Outcome> {
  const { endpointURL = '', eventHubNamespace = '', token = '', serviceAccountName = '' } = input;
  const config = { address: endpointURL, channel: eventHubNamespace, token, serviceAccountName };
  const { failure } = await notifiers.deliver({ type: 'azureeventhub', config, event: anEvent });
  if (err?.error) return checkFailure(failure, err.error);
  // The namespaces of the vectors are not all in Azure, where alone the plugin may send.
  return !failure || failure.message.startsWith('failed to send msg') ? pass : fail(failure.message);
}

export interface NatsInput {
  readonly server?: string;
  readonly subject?: string;
  readonly username?: string;
  readonly password?: string;
  readonly secretData?: Readonly<Record<string, string>>;
}

export interface NatsExpected {
  readonly expectedErr?: WantedError;
  readonly expectedCreds: boolean;
  readonly expectedNkey: boolean;
  readonly expectedUsername: string;
  readonly expectedPassword: string;
}

export async function checkNats(
  notifiers: Notifiers,
  input: NatsInput,
  expected: NatsExpected,
): Promise<Outcome> {
  const { server = '', subject = '', username = '', password = '', secretData = {} } = input;
  const config = { address: server, channel: subject, username, password, secretData };
  const { failure } = await notifiers.deliver({ type: 'nats', config, event: anEvent });
  if (expected.expectedErr?.error) return checkFailure(failure, expected.expectedErr.error);
  // It can be made; nothing listens there.
  if (!failure?.message.startsWith('error publishing event to subject')) {
    return fail(failure?.message ?? 'it sent to nobody');
  }
  return compare(
    {
      creds: expected.expectedCreds,
      nkey: expected.expectedNkey,
      username: expected.expectedUsername,
      password: expected.expectedPassword,
    },
    authenticationMethods({ username, password, ...secretData }),
  );
}

export async function checkForwarder(
  notifiers: Notifiers,
  { hmacKey }: { hmacKey?: string },
  { err }: { err: boolean },
): Promise<Outcome> {
  const config = { address: 'http://SERVER/', ...(hmacKey ? { token: hmacKey } : {}) };
  const type = hmacKey === undefined ? 'generic' : 'generic-hmac';
  const { failure } = await notifiers.deliver({ type, config, event: anEvent });
  return compare(err, failure !== undefined);
}

function checkFailure(failure: { message: string } | undefined, wanted: string | undefined): Outcome {
  if (wanted === undefined) return failure ? fail(`it failed: ${failure.message}`) : pass;
  if (failure?.message.includes(wanted)) return pass;
  return fail(`expected the error "${wanted}", got "${failure?.message ?? 'none'}"`);
}
