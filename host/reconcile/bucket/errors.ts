import { FluxError } from '../../errors/flux-error.ts';

export const invalidUrl = (endpoint: string) =>
  new FluxError(
    'FLUX_E_BUCKET_ADDRESS',
    `Endpoint url cannot have fully qualified paths or is none: '${endpoint}'`,
    {
      reason: 'AuthenticationFailed',
      hint: 'spec.endpoint is a host with optional port such as s3.amazonaws.com; for provider azure an address such as https://account.blob.core.windows.net',
    },
  );

/** The Secret lacks what the provider needs; the message is that of Flux. */
export const badSecret = (message: string, hint: string) =>
  new FluxError('FLUX_E_BUCKET_SECRET', message, { reason: 'AuthenticationFailed', hint });

/** `spec.sts` does not go with the provider. The API server refuses most of this already. */
export const badSts = (message: string) =>
  new FluxError('FLUX_E_BUCKET_STS', message, {
    reason: 'InvalidSTSConfiguration',
    terminal: true,
    hint: 'provider aws goes with sts provider aws, provider generic with ldap',
  });

export const noRegion = () =>
  new FluxError(
    'FLUX_E_BUCKET_REGION',
    'an AWS region is required for authenticating with a service account. please configure one in the object spec',
    { reason: 'AuthenticationFailed', hint: 'set spec.region' },
  );

/** The host's own identity goes to hosts of the cloud alone. */
export const foreignHost = (host: string) =>
  new FluxError(
    'FLUX_E_BUCKET_ADDRESS',
    `the identity of the host is not sent to ${host}, which is no storage of Azure`,
    {
      reason: 'AuthenticationFailed',
      hint: 'use an endpoint like https://account.blob.core.windows.net, or credentials of the object: spec.secretRef, spec.serviceAccountName',
    },
  );
