import { Bucket } from '@flux-host/crds/index.ts';
import { stringAt } from '@flux-host/host/json.ts';
import { secrets } from '../../cluster/resources.ts';
import { commandError, usageError } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { bucket } from '../../kinds/bucket.ts';
import { exported } from '../../kinds/canonical.ts';
import { yamlDocument } from '../../output/document.ts';
import { durationFrom, labelsFrom, nameToCreate } from './common.ts';
import { bucketProviders, sourceBucketFlags } from './source-bucket-flags.ts';
import { upsert, waitReady } from './upsert.ts';

/** The object that the flags describe. */
function fromFlags(invocation: Invocation): Bucket {
  const { flags, namespace } = invocation;
  const name = nameToCreate(invocation);
  const [bucketName, endpoint, region] = ['bucket-name', 'endpoint', 'region'].map((flag) =>
    flags.text(flag),
  );
  if (!bucketName) throw usageError('bucket-name is required');
  if (!endpoint) throw usageError('endpoint is required');
  const ignore = flags.list('ignore-paths');
  const provider = bucketProviders.find((each) => each === flags.text('provider'));
  const [secret, proxy] = [flags.text('secret-ref'), flags.text('proxy-secret-ref')];
  return {
    apiVersion: Bucket.apiVersion,
    kind: Bucket.kind,
    metadata: { name, namespace, ...labelsFrom(flags) },
    spec: {
      bucketName,
      endpoint,
      interval: durationFrom(flags, 'interval'),
      ...(provider && { provider }),
      ...(region && { region }),
      ...(flags.is('insecure') && { insecure: true }),
      ...(ignore.length > 0 && { ignore: ignore.join('\n') }),
      ...(flags.milliseconds('fetch-timeout') > 0 && { timeout: durationFrom(flags, 'fetch-timeout') }),
      ...(secret && { secretRef: { name: secret } }),
      ...(proxy && { proxySecretRef: { name: proxy } }),
    },
  };
}

/** Puts the keys that the flags give into a Secret. @returns its name; undefined when there are none */
async function configureKeys(object: Bucket, invocation: Invocation): Promise<string | undefined> {
  const { flags, log, namespace } = invocation;
  const [accesskey, secretkey] = [flags.text('access-key'), flags.text('secret-key')];
  if (!accesskey || !secretkey) return undefined;
  const name = `bucket-${object.metadata.name}`;
  log.action('applying secret with the bucket credentials');
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, ...labelsFrom(flags) },
    stringData: { accesskey, secretkey },
  };
  await upsert(secrets, secret, invocation);
  log.success('authentication configured');
  return name;
}

/** `flux create source bucket` */
export const createSourceBucket: Command = {
  name: 'bucket',
  usage: '[name]',
  short: 'Create or update a Bucket source',
  long: `The create source bucket command generates a Bucket resource and waits for it to be downloaded.
For Buckets with static authentication, the credentials are stored in a Kubernetes secret.`,
  example: `  # Create a source for a Bucket using static authentication
  flux create source bucket podinfo \\
    --bucket-name=podinfo \\
    --endpoint=minio.minio.svc.cluster.local:9000 \\
    --insecure=true \\
    --access-key=myaccesskey \\
    --secret-key=mysecretkey \\
    --interval=10m

  # Create a source for an Amazon S3 Bucket using IAM authentication
  flux create source bucket podinfo \\
    --bucket-name=podinfo \\
    --provider=aws \\
    --endpoint=s3.amazonaws.com \\
    --region=us-east-1 \\
    --interval=10m`,
  flags: sourceBucketFlags,
  async run(invocation) {
    const { flags, log, io } = invocation;
    const object = fromFlags(invocation);
    const document = () => yamlDocument(exported(Bucket, object, bucket.pointers));
    if (flags.is('export')) return io.out(document());
    log.generate('generating Bucket source');
    if (!flags.text('secret-ref')) {
      const secret = await configureKeys(object, invocation);
      if (secret) object.spec.secretRef = { name: secret };
    }
    if (flags.is('verbose')) io.out(document());
    log.action('applying Bucket source');
    log.success(`Bucket source ${await upsert(Bucket, object, invocation)}`);
    log.waiting('waiting for Bucket source reconciliation');
    const ready = await waitReady(Bucket, object, invocation);
    log.success('Bucket source reconciliation completed');
    const revision = stringAt(ready, 'status', 'artifact', 'revision');
    if (!revision) {
      throw commandError('FLUX_E_CLI_NO_ARTIFACT', 'Bucket source reconciliation but no artifact was found');
    }
    log.success(`fetched revision: ${revision}`);
  },
};
