import { FluxError } from '../errors/flux-error.ts';
import { type FaultKind, SopsFault } from './document/fault.ts';

const reason = 'BuildFailed';

const codes = {
  format: 'FLUX_E_SOPS_FORMAT',
  metadata: 'FLUX_E_SOPS_METADATA',
  value: 'FLUX_E_SOPS_VALUE',
  mac: 'FLUX_E_SOPS_MAC',
  'data-key': 'FLUX_E_SOPS_DATA_KEY',
  output: 'FLUX_E_SOPS_FORMAT',
} as const satisfies Readonly<Record<FaultKind, string>>;

const hints: Readonly<Record<FaultKind, string>> = {
  format: 'check that the file is what its name says, and that sops itself can decrypt it',
  metadata: 'the sops section of the file is damaged: encrypt the file anew',
  value: 'encrypt the file anew with sops; a value that was encrypted elsewhere cannot be pasted',
  mac: 'change encrypted files with sops edit or sops set only, and encrypt this one anew; with mac_only_encrypted, values in plain may be changed by hand',
  'data-key': 'check the keys in the decryption Secret',
  output: 'rename the entry or the file, so that its name ends as its content demands',
};

/** A fault of a document as what users see. @param where e.g. `failed to decrypt 'apps/login' Secret data` */
export function documentFailed(where: string, error: unknown): unknown {
  if (!(error instanceof SopsFault)) return error;
  return new FluxError(codes[error.kind], `${where}: ${error.message}`, { reason, hint: hints[error.kind] });
}

/** A file that a kustomization names cannot be decrypted where it is. */
export const sourceFailed = (why: string, hint?: string) =>
  new FluxError('FLUX_E_SOPS_SOURCE', `error decrypting sources: ${why}`, {
    reason,
    ...(hint ? { hint } : {}),
  });

/** No key of a file could be used. */
export const noDataKey = (failures: readonly string[]) =>
  new FluxError('FLUX_E_SOPS_DATA_KEY', `cannot get sops data key: ${failures.join('; ')}`, {
    reason,
    hint: 'the Secret of spec.decryption.secretRef needs the key for one of these, or encrypt the file for a key that is there (sops updatekeys)',
  });

/** A key service did not answer, or not now. */
export const keyServiceDown = (failures: readonly string[], retryAfterMs?: number) =>
  new FluxError('FLUX_E_SOPS_KEY_SERVICE', `cannot get sops data key: ${failures.join('; ')}`, {
    reason,
    hint: 'the key service could not be reached or is overloaded; this is tried again',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

export const noDecryptionSecret = (name: string, why: string, cause: unknown) =>
  new FluxError('FLUX_E_SOPS_SECRET', `cannot get sops decryption Secret '${name}': ${why}`, {
    reason,
    cause,
    hint: 'create the Secret with the keys, in the namespace of the Kustomization; labelled reconcile.fluxcd.io/watch: Enabled it is seen at once',
  });

export const badDecryptionSecret = (name: string, entry: string, why: string) =>
  new FluxError(
    'FLUX_E_SOPS_SECRET',
    `failed to import '${entry}' data from sops decryption Secret '${name}': ${why}`,
    {
      reason,
    },
  );

export const decryptionGate = () =>
  new FluxError(
    'FLUX_E_SOPS_GATE',
    'to use spec.decryption.serviceAccountName for decryption authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller',
    {
      reason: 'FeatureGateDisabled',
      terminal: true,
      hint: 'start the host with --feature-gates=ObjectLevelWorkloadIdentity=true',
    },
  );

export const stillEncrypted = (object: string) =>
  new FluxError(
    'FLUX_E_SOPS_ENCRYPTED',
    `${object} is SOPS encrypted, configuring decryption is required for this secret to be reconciled`,
    {
      reason: 'ReconciliationFailed',
      hint: 'set spec.decryption.provider: sops and the Secret with the keys',
    },
  );

export const noAwsIdentity = (why: string) =>
  new FluxError('FLUX_E_SOPS_IDENTITY', why, {
    reason,
    hint: 'put sops.aws-kms into the decryption Secret, or give the host or a ServiceAccount a role (IAM roles for service accounts)',
  });

export const vaultLoginFailed = (why: string, retryAfterMs?: number) =>
  new FluxError('FLUX_E_SOPS_VAULT_LOGIN', why, {
    reason,
    hint: 'check the ConfigMap of --sops-vault-configmap, and that the role <namespace>_<ServiceAccount> exists',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
