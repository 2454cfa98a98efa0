import { cp, lstat } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import type { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import type { Artifact, ArtifactStore } from '../../artifacts/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import type { NamespacedName } from '../../kube/types.ts';

type Include = NonNullable<GitRepository['spec']['include']>[number];

/**
 * The artifacts of the included repositories, in the order of `spec.include`.
 * @throws FluxError (reason NotFound or NoArtifact) that is retried after `retryAfterMs`, or at once when the repository turns ready
 */
export function includedArtifacts(
  object: GitRepository,
  find: (key: NamespacedName) => GitRepository | undefined,
  retryAfterMs: number,
): Artifact[] {
  return (object.spec.include ?? []).map(({ repository: { name } }) => {
    const included = find({ namespace: object.metadata.namespace ?? '', name });
    if (!included) {
      throw new FluxError('FLUX_E_GIT_INCLUDE', `could not get resource for include '${name}': not found`, {
        reason: 'NotFound',
        retryAfterMs,
        hint: `create the GitRepository ${name} in the same namespace`,
      });
    }
    if (!included.status?.artifact) {
      throw new FluxError('FLUX_E_GIT_INCLUDE', `no artifact available for include '${name}'`, {
        reason: 'NoArtifact',
        retryAfterMs,
        hint: `see why GitRepository ${name} is not ready`,
      });
    }
    return included.status.artifact;
  });
}

/** Copies each included artifact to its place in the tree. */
export async function copyIncludes(
  run: { object: GitRepository; dir: string; store: ArtifactStore; signal: AbortSignal },
  artifacts: readonly Artifact[],
): Promise<void> {
  for (const [index, include] of (run.object.spec.include ?? []).entries()) {
    const artifact = artifacts[index];
    if (artifact) await copyInclude(run, include, artifact);
  }
}

async function copyInclude(
  { dir, store, signal }: { dir: string; store: ArtifactStore; signal: AbortSignal },
  include: Include,
  artifact: Artifact,
): Promise<void> {
  const name = include.repository.name;
  const to = join(dir, inside(include.toPath || name, name));
  const lease = await store.tree(artifact, signal);
  try {
    const from = join(lease.dir, inside(include.fromPath ?? '', name));
    await lstat(from);
    await cp(from, to, { recursive: true, force: true });
  } catch (error) {
    throw new FluxError(
      'FLUX_E_GIT_INCLUDE',
      `failed to copy '${name}' include from ${include.fromPath ?? ''} to ${include.toPath || name}: ${errorText(error)}`,
      { reason: 'CopyFailure', cause: error },
    );
  } finally {
    lease.release();
  }
}

/** A relative path that stays inside its folder. */
function inside(path: string, include: string): string {
  const clean = normalize(path || '.');
  if (isAbsolute(clean) ? false : clean.split('/').includes('..')) {
    throw new FluxError(
      'FLUX_E_GIT_INCLUDE',
      `path calculation for include '${include}' failed: '${path}' leaves the tree`,
      {
        reason: 'IllegalPath',
        hint: 'use a path below the repository root, without ..',
      },
    );
  }
  return clean;
}
