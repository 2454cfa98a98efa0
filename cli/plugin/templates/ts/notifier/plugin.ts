import { defineNotifier, PluginError } from '@flux-host/sdk/typescript';

/** Posts a line of text for each event to the address of the Provider. */
export default defineNotifier({
  name: 'my-plugin',
  requests: {
    // Only the host of the Provider's address can be reached.
    network: ['$address'],
    // The token of the Provider's Secret is added by the host: the plugin never sees it.
    credentials: [{ header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } }],
    memory: '32Mi',
    timeout: '15s',
  },
  // `spec.config` of the Provider, checked by the host before the plugin is called.
  config: {
    type: 'object',
    properties: { prefix: { type: 'string', default: '', description: 'Put before every message' } },
    additionalProperties: false,
  },
  async notify({ event, provider, config, message }) {
    if (!provider.address) {
      throw new PluginError('the Provider has no address', { hint: 'set spec.address', terminal: true });
    }
    const { kind, namespace, name } = event.involvedObject;
    const text = `${config.prefix}${message ?? `${kind}/${namespace}/${name}: ${event.message}`}`;
    const response = await fetch(provider.address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ text, channel: provider.channel, severity: event.severity }),
    });
    if (response.ok) return {};
    throw new PluginError(`the service answered with status ${response.status}`, {
      // What the service will never take is not sent again; the host tries everything else later.
      terminal: response.status === 400 || response.status === 413,
    });
  },
});
