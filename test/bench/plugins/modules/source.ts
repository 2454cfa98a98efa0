import { defineSource, PluginError, writeFile } from '@flux-host/sdk/typescript';

/** One request, ten small files. */
export default defineSource({
  name: 'bench-source',
  version: '1.0.0',
  description: 'Fetches a text and writes it ten times',
  requests: { network: ['127.0.0.1'] },
  config: { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] },
  resolve: () => ({ revision: 'v1' }),
  async fetch({ config }) {
    const response = await fetch(config.url);
    if (!response.ok) throw new PluginError(`status ${response.status}`);
    const text = await response.text();
    for (let number = 0; number < 10; number += 1) writeFile(`/out/apps/${number}.yaml`, text);
    return { revision: 'v1' };
  },
});
