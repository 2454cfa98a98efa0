import { defineNotifier, PluginError, template } from '@flux-host/sdk/typescript';

/** Opens an incident for a failure and resolves it when the object is well again. */
export default defineNotifier({
  name: 'incident-desk',
  requests: {
    network: ['$address'],
    // The host adds the token on the way out: no code of this plugin sees it.
    credentials: [{ header: { name: 'Authorization', key: 'token', format: 'Token {}' } }],
    memory: '32Mi',
    timeout: '15s',
  },
  config: {
    type: 'object',
    properties: {
      team: { type: 'string', minLength: 1, description: 'Who is called' },
      priority: { type: 'string', enum: ['P1', 'P2', 'P3', 'P4', 'P5'], default: 'P3' },
      title: {
        type: 'string',
        default: '{{kind}}/{{namespace}}/{{name}}: {{reason}}',
        description: 'Mustache template of the title',
      },
    },
    required: ['team'],
    additionalProperties: false,
  },
  async notify({ event, provider, config, message }) {
    if (!provider.address) {
      throw new PluginError('the Provider has no address', { hint: 'set spec.address', terminal: true });
    }
    const { kind = '', namespace = '', name = '' } = event.involvedObject;
    const key = `${kind}/${namespace}/${name}`;
    const state = event.severity === 'error' ? 'open' : 'resolved';
    const title = template(config.title).render({ kind, namespace, name, reason: event.reason });
    const response = await fetch(provider.address, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': `${key}:${state}:${event.timestamp}`,
      },
      body: JSON.stringify({
        key,
        state,
        title: title.slice(0, 120),
        team: config.team,
        priority: config.priority,
        details: message ?? event.message,
        facts: event.metadata ?? {},
      }),
    });
    if (response.ok) return {};
    throw refusal(response);
  },
});

/** What the desk will never take is not sent again; anything else is, when the desk wants it. */
function refusal({ status, headers }: Response): PluginError {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return new PluginError(`the desk answered with status ${status}`, {
    terminal: status === 400 || status === 404 || status === 422,
    ...(status === 401 ? { hint: 'correct the entry token of the Secret' } : {}),
    ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {}),
  });
}
