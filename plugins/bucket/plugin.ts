import { defineSource } from '@flux-host/sdk/typescript';
import { bucketOf } from './bucket.ts';
import { fetchObjects } from './fetch.ts';
import { indexBucket } from './indexation.ts';

export default defineSource({
  name: 'bucket',
  type: 'Bucket',
  requests: {
    network: ['$address'],
    capabilities: ['http'],
    credentials: [{ storage: true }],
    memory: '512Mi',
    timeout: '1h',
  },
  async resolve({ spec, address }) {
    const { index } = await indexBucket(bucketOf(spec, address));
    return { revision: index.revision() };
  },
  async fetch({ spec, address }) {
    const bucket = bucketOf(spec, address);
    const indexed = await indexBucket(bucket);
    await fetchObjects(bucket, indexed);
    const { index } = indexed;
    return { revision: index.revision(), message: String(index.size) };
  },
});
