import { defineSource, joinPath, writeFile } from '@flux-host/sdk/typescript';
import { etagOf, look, type Release } from './api.ts';
import { download } from './http.ts';

/** Fetches files of the newest release. */
export default defineSource({
  name: 'release-feed',
  requests: {
    network: ['api.github.com', 'github.com', '*.githubusercontent.com'],
    credentials: [
      { hosts: ['api.github.com'], header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } },
    ],
    memory: '64Mi',
    timeout: '60s',
  },
  config: {
    type: 'object',
    properties: {
      releases: { type: 'string', pattern: '^https?://', description: 'Address of the list of releases' },
      files: {
        type: 'array',
        items: { type: 'string', pattern: '^[^/]+$' },
        minItems: 1,
        maxItems: 20,
        description: 'Names of the attached files to take',
      },
      prereleases: { type: 'boolean', default: false, description: 'Takes these too' },
    },
    required: ['releases', 'files'],
    additionalProperties: false,
  },
  async resolve({ config, revision }) {
    const release = await look(config, etagOf(revision));
    // Nothing new: the revision in storage is that of the same answer.
    if (release === 'unchanged') return { revision: revision ?? '' };
    return { revision: release.revision, resolved: release };
  },
  async fetch({ config, resolved }) {
    // After a change of the settings nothing is new, and yet other files may be wanted.
    const release = (resolved as Release | undefined) ?? (await look(config));
    if (release === 'unchanged') throw new Error('an unconditional request was answered with status 304');
    for (const { name, url } of release.assets) writeFile(joinPath('/out', name), await download(url));
    return {
      revision: release.revision,
      metadata: { 'release-feed.example.com/version': release.version },
      message: `${release.assets.length} files of release ${release.version}`,
    };
  },
});
