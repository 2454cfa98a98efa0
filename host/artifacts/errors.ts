import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';

/** Whether an error of the operating system has one of the codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
  );
}

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'free space on the storage volume, enlarge it, or lower --artifact-retention-records',
  EDQUOT: 'raise the quota of the storage volume',
  EFBIG: 'raise the file size limit of the process or the file system',
  EROFS: 'mount the storage volume writable',
  EACCES: 'make the storage volume writable for the user of this process (fsGroup)',
  EPERM: 'make the storage volume writable for the user of this process (fsGroup)',
  EMFILE: 'raise the limit of open files (ulimit -n)',
  ENFILE: 'raise the limit of open files (ulimit -n)',
  EIO: 'check the disk below the storage volume',
};

function systemHint(error: unknown): { hint?: string } {
  const code = Object.keys(HINTS).find((name) => hasCode(error, name));
  return code ? { hint: HINTS[code]! } : {};
}

export const archiveFailed = (path: string, cause: unknown): FluxError =>
  new FluxError(
    'FLUX_E_ARTIFACT_ARCHIVE',
    `unable to archive artifact to storage: ${path}: ${errorText(cause)}`,
    {
      ...systemHint(cause),
      reason: 'ArchiveOperationFailed',
      cause,
    },
  );

export const directoryFailed = (path: string, cause: unknown): FluxError =>
  new FluxError(
    'FLUX_E_ARTIFACT_DIRECTORY',
    `failed to create artifact directory: ${path}: ${errorText(cause)}`,
    {
      ...systemHint(cause),
      reason: 'DirectoryCreationFailed',
      cause,
    },
  );

export const sourceUnreadable = (dir: string, cause: unknown): FluxError =>
  new FluxError('FLUX_E_ARTIFACT_SOURCE', `invalid dir path: ${dir}: ${errorText(cause)}`, {
    reason: 'StatOperationFailed',
    cause,
  });

export const linkFailed = (path: string, cause: unknown): FluxError =>
  new FluxError('FLUX_E_ARTIFACT_LINK', `failed to update artifact link: ${path}: ${errorText(cause)}`, {
    ...systemHint(cause),
    reason: 'SymlinkUpdateFailed',
    cause,
  });

export const collectFailed = (path: string, cause: unknown): FluxError =>
  new FluxError(
    'FLUX_E_ARTIFACT_COLLECT',
    `garbage collection of artifacts failed: ${path}: ${errorText(cause)}`,
    {
      reason: 'GarbageCollectionFailed',
      cause,
    },
  );

export const removeFailed = (path: string, cause: unknown): FluxError =>
  new FluxError(
    'FLUX_E_ARTIFACT_REMOVE',
    `garbage collection for deleted resource failed: ${path}: ${errorText(cause)}`,
    {
      ...systemHint(cause),
      reason: 'GarbageCollectionFailed',
      cause,
    },
  );

export const invalidPath = (path: string): FluxError =>
  new FluxError('FLUX_E_ARTIFACT_PATH', `artifact path ${JSON.stringify(path)} leaves the storage folder`, {
    reason: 'InvalidPath',
    terminal: true,
  });

export const unsupportedDigest = (name: string): FluxError =>
  new FluxError('FLUX_E_ARTIFACT_DIGEST_ALGORITHM', `unsupported digest algorithm: ${name}`, {
    hint: 'use sha1, sha256, sha384, sha512 or blake3',
    terminal: true,
  });

/** The file is gone: after a restart with an empty volume, or collected. The reconciler waits for the source. */
export const notFound = (url: string): FluxError =>
  new FluxError('FLUX_E_ARTIFACT_NOT_FOUND', `artifact not found: ${url}`, {
    hint: 'the source stores it again at its next reconciliation',
    reason: 'ArtifactFailed',
  });

export const downloadFailed = (url: string, what: string, cause?: unknown): FluxError =>
  new FluxError('FLUX_E_ARTIFACT_DOWNLOAD', `failed to download archive from ${url}: ${what}`, {
    hint: 'check that the source controller runs and that network policies allow to reach it',
    reason: 'ArtifactFailed',
    ...(cause === undefined ? {} : { cause }),
  });

export const digestMismatch = (what: string, expected: string, actual: string): FluxError =>
  new FluxError(
    'FLUX_E_ARTIFACT_DIGEST',
    `failed to verify archive ${what}: computed digest ${actual} doesn't match provided '${expected}'`,
    { reason: 'ArtifactFailed' },
  );

export const invalidDigest = (digest: string): FluxError =>
  new FluxError('FLUX_E_ARTIFACT_DIGEST', `failed to parse digest '${digest}'`, { reason: 'ArtifactFailed' });

export const unpackFailed = (what: string, cause: unknown): FluxError =>
  new FluxError('FLUX_E_ARTIFACT_UNPACK', `failed to extract archive ${what}: ${errorText(cause)}`, {
    ...systemHint(cause),
    reason: 'ArtifactFailed',
    cause,
  });
