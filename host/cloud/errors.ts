import { FluxError } from '../errors/flux-error.ts';

const reason = 'AuthenticationFailed';

export const gateDisabled = () =>
  new FluxError(
    'FLUX_E_CLOUD_GATE',
    'to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller',
    {
      reason: 'FeatureGateDisabled',
      terminal: true,
      hint: 'start the host with --feature-gates=ObjectLevelWorkloadIdentity=true',
    },
  );

export const badAnnotation = (account: string, annotation: string, why: string) =>
  new FluxError(
    'FLUX_E_CLOUD_ACCOUNT',
    `ServiceAccount ${account} cannot be used: annotation ${annotation} ${why}`,
    {
      reason,
      hint: 'the annotations of workload identity are described by the cloud; Flux uses the same',
    },
  );

export const noServiceAccount = (account: string, why: string) =>
  new FluxError('FLUX_E_CLOUD_ACCOUNT', `no token for ServiceAccount ${account}: ${why}`, {
    reason,
    hint: 'it has to exist in the namespace of the object, and the host needs the verb create on serviceaccounts/token',
  });

export const noHostIdentity = (cloud: string, why: string) =>
  new FluxError('FLUX_E_CLOUD_HOST', `the host has no identity of ${cloud}: ${why}`, {
    reason,
    hint: "set up workload identity for the host's ServiceAccount, or name one in spec.serviceAccountName, or use a Secret",
  });

export const refused = (cloud: string, status: number, said: string) =>
  new FluxError('FLUX_E_CLOUD_REFUSED', `${cloud} gives no token: HTTP status ${status}: ${said}`, {
    reason,
    hint: 'check the trust between the identity and the ServiceAccount, and the permissions of the identity',
    ...(status === 429 || status >= 500 ? { retryAfterMs: 30_000 } : {}),
  });

export const unexpected = (cloud: string, why: string) =>
  new FluxError('FLUX_E_CLOUD_ANSWER', `${cloud} gives no token: ${why}`, { reason });

/** A registry is none of the cloud that the object names. */
export const badRegistry = (what: string, form: string) =>
  new FluxError('FLUX_E_CLOUD_ADDRESS', `${what}. must be like ${form}`, {
    reason,
    hint: 'correct spec.url, or use provider generic with a secretRef',
  });

/** Where a token must not go. */
export const badStsEndpoint = (endpoint: string, form: string) =>
  new FluxError('FLUX_E_CLOUD_ADDRESS', `invalid STS endpoint: '${endpoint}'. must match ${form}`, {
    reason,
    hint: 'name an address of the token service of AWS, e.g. https://sts.eu-central-1.amazonaws.com',
  });

export const badCodeCommitUrl = (message: string) =>
  new FluxError('FLUX_E_CLOUD_ADDRESS', message, {
    reason,
    hint: 'use an address like https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/app, or another spec.provider',
  });

/** The Secret of a GitHub App, in Flux's words. */
export const appInvalid = (message: string) =>
  new FluxError('FLUX_E_CLOUD_APP', message, {
    reason,
    hint: 'flux create secret githubapp makes a complete Secret',
  });

export const noInstallation = (message: string) =>
  new FluxError('FLUX_E_CLOUD_APP', message, {
    reason,
    hint: 'install the App for the owner, or give githubAppInstallationID in place of githubAppInstallationOwner',
  });

/** Credentials of an application of Microsoft Entra ID cannot be used. Never with what is in them. */
export const badPrincipal = (why: string) =>
  new FluxError('FLUX_E_CLOUD_KEY', `the credentials for Azure cannot be used: ${why}`, {
    reason,
    hint: 'the Secret needs tenantId, clientId and clientSecret, or clientCertificate in PEM with its private key',
  });

export const badGoogleKey = (why: string) =>
  new FluxError('FLUX_E_CLOUD_KEY', `the key of the service account cannot be used: ${why}`, {
    reason,
    hint: 'put the JSON file of a key of the service account into the Secret',
  });
