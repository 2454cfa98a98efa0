import type { Flags } from '../../command/types.ts';

export const bucketProviders = ['generic', 'aws', 'azure', 'gcp'] as const;

const unsupported = (value: string): string | undefined =>
  bucketProviders.some((each) => each === value)
    ? undefined
    : `source bucket provider '${value}' is not supported, must be one of: ${bucketProviders.join(', ')}`;

export const sourceBucketFlags: Flags = {
  provider: {
    type: 'string',
    typeName: bucketProviders.join('|'),
    default: 'generic',
    about: 'the S3 compatible storage provider name',
    choices: bucketProviders,
    check: unsupported,
  },
  'bucket-name': { type: 'string', about: 'the bucket name' },
  endpoint: { type: 'string', about: 'the bucket endpoint address' },
  'access-key': { type: 'string', about: 'the bucket access key' },
  'secret-key': { type: 'string', about: 'the bucket secret key' },
  region: { type: 'string', about: 'the bucket region' },
  insecure: { type: 'bool', about: 'for when connecting to a non-TLS S3 HTTP endpoint' },
  'secret-ref': { type: 'string', about: 'the name of an existing secret containing credentials' },
  'proxy-secret-ref': {
    type: 'string',
    about: 'the name of an existing secret containing the proxy address and credentials',
  },
  'ignore-paths': {
    type: 'list',
    about: 'set paths to ignore in bucket resource (can specify multiple paths with commas: path1,path2)',
  },
};
