import { defineSource, encodeHex, PluginError, sha256, writeFile } from '@flux-host/sdk/typescript';

/** Fetches one file over HTTPS. */
export default defineSource({
  name: 'my-plugin',
  // Name the hosts that are needed; an administrator grants them, or others.
  requests: { network: ['files.example.com'], memory: '64Mi', timeout: '30s' },
  // `spec.config` of the PluginSource, checked by the host before the plugin is called.
  config: {
    type: 'object',
    properties: { url: { type: 'string', pattern: '^https://', description: 'Address of the file' } },
    required: ['url'],
    additionalProperties: false,
  },
  // Called at every interval: where does the remote stand?
  async resolve({ config }) {
    return { revision: revisionOf(await download(config.url)) };
  },
  // Called only when the revision moved.
  async fetch({ config }) {
    const content = await download(config.url);
    const name = new URL(config.url).pathname.split('/').pop() || 'index.yaml';
    writeFile(`/out/${name}`, content);
    return { revision: revisionOf(content), message: `fetched ${name}` };
  },
});

async function download(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (response.ok) return response.bytes();
  throw new PluginError(`${url} answered with status ${response.status}`, { reason: 'FetchFailed' });
}

const revisionOf = (content: Uint8Array): string => `latest@sha256:${encodeHex(sha256(content))}`;
