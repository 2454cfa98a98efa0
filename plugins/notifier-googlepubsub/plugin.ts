import { defineNotifier, encodeBase64, encodeUtf8, type Secret } from '@flux-host/sdk/typescript';
import { eventWith } from '../notifier-common/event.ts';
import { eventJson } from '../notifier-common/event-json.ts';
import { invalid, within } from '../notifier-common/failure.ts';
import { exchange } from '../notifier-common/http.ts';
import { attributesOf } from './attributes.ts';
import { accessToken } from './service-account.ts';

const host = 'pubsub.googleapis.com:443';
const api = 'https://pubsub.googleapis.com';

export default defineNotifier({
  name: 'notifier-googlepubsub',
  type: 'googlepubsub',
  requests: {
    network: [host],
    // A service account's key signs; headers become attributes of the message.
    secretKeys: ['token', 'headers'],
    identity: { cloud: 'gcp', scope: 'https://www.googleapis.com/auth/cloud-platform', hosts: [host] },
  },
  async notify({ event, provider: { address: project, channel: topic }, message, secret, hasIdentity }) {
    if (!project)
      throw invalid('GCP project ID cannot be empty', 'set spec.address to the id of the project');
    if (!topic)
      throw invalid('GCP Pub/Sub topic ID cannot be empty', 'set spec.channel to the id of the topic');
    const authorization = authorizationOf(secret, hasIdentity);
    const attributes = attributesOf(secret.get('headers'));
    const name = `projects/${project}/topics/${topic}`;
    const data = encodeBase64(encodeUtf8(eventJson(eventWith(event, message))));
    await within(`error publishing to GCP Pub/Sub topic ${name}`, () =>
      exchange(
        `${api}/v1/projects/${encodeURIComponent(project)}/topics/${encodeURIComponent(topic)}:publish`,
        {
          headers: authorization,
          json: { messages: [{ data, ...(attributes ? { attributes } : {}) }] },
        },
      ),
    );
    return {};
  },
});

/** The token of an identity is added by the host. */
function authorizationOf(secret: Secret<'token'>, hasIdentity: boolean | undefined): Record<string, string> {
  const key = secret.get('token')?.trim();
  if (key) return { Authorization: `Bearer ${accessToken(key, { audience: `${api}/`, now: Date.now() })}` };
  if (hasIdentity) return {};
  throw invalid(
    'there is neither a service account key nor a cloud identity',
    'put the JSON key of a service account into the key token of the Secret, or set up workload identity',
  );
}
