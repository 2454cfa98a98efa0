import {
  definePlugin,
  encodeHex,
  PluginError,
  readTextFile,
  sha256,
  tcp,
  walk,
  writeFile,
} from '@flux-host/sdk/typescript';

/** Does what its settings say, so that the helpers for tests have something to look at. */
export default definePlugin({
  name: 'probe',
  version: '0.1.0',
  description: 'What the helpers for tests are tested with',
  requests: {
    network: ['$address', 'named.example.com'],
    capabilities: ['http', 'tcp'],
    secretKeys: ['seen'],
    credentials: [
      { header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } },
      { hosts: ['named.example.com'], query: { name: 'key', key: 'token' } },
    ],
    memory: '32Mi',
    timeout: '5s',
  },
  notifier: {
    config: {
      type: 'object',
      properties: { to: { type: 'string' }, act: { type: 'string', default: 'post' } },
      additionalProperties: false,
    },
    async notify({ provider, config, secret, event }) {
      const url = config.to ?? provider.address ?? '';
      if (config.act === 'skip') return { skipped: 'it was told to' };
      if (config.act === 'loop') for (;;);
      if (config.act === 'crash') throw new TypeError('a bug');
      if (config.act === 'tcp') tcp.connect({ host: new URL(url).hostname, port: 4222 });
      if (config.act === 'leak') throw new PluginError(`cannot use ${secret.get('seen')}`);
      console.info(`sends ${event.reason}`);
      const response = await fetch(url, { method: 'POST', body: JSON.stringify({ seen: secret.get('seen') }) });
      if (!response.ok) throw new PluginError(`status ${response.status}`, { reason: 'Refused', hint: 'ask them' });
      return {};
    },
  },
  source: {
    resolve: () => ({ revision: 'v1' }),
    fetch: () => {
      for (const file of walk('/in')) writeFile(file.replace('/in/', '/out/'), encodeHex(sha256(readTextFile(file))));
      return { revision: 'v1' };
    },
  },
});
