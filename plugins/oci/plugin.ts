import { defineSource } from '@flux-host/sdk/typescript';
import { fetchArtifact } from './fetch.ts';
import { resolveArtifact } from './resolve.ts';
import { wantedOf } from './wanted.ts';

/**
 * OCI artifacts, over the distribution API alone: who asks, how the registry is reached and what it answers to whom is the host's to know.
 */
export default defineSource({
  name: 'oci',
  type: 'OCIRepository',
  requests: {
    network: ['$address'],
    credentials: [{ registry: true }],
    memory: '64Mi',
    timeout: '30m',
  },
  resolve: ({ spec, revision }) => resolveArtifact(wantedOf(spec), revision),
  fetch: ({ spec, resolved }) => fetchArtifact(wantedOf(spec), resolved),
});
