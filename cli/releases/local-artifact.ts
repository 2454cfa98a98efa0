import type { Artifact } from '@flux-host/host/artifacts/types.ts';

const scheme = 'folder:';

/**
 * What a source that is a folder on this machine says in its status.
 * @param present what the cluster has: a folder has no revision of its own
 */
export function localArtifact(folder: string, present?: Artifact): { artifact: Artifact } {
  return {
    artifact: {
      digest: `folder:${folder}`,
      lastUpdateTime: new Date(0).toISOString(),
      path: folder,
      revision: present?.revision ?? 'local@sha1:0000000000000000000000000000000000000000',
      url: `${scheme}${folder}`,
    },
  };
}

/** The folder that stands in for an artifact; undefined for an artifact that is one. */
export function folderOf({ url }: Pick<Artifact, 'url'>): string | undefined {
  return url.startsWith(scheme) ? url.slice(scheme.length) : undefined;
}
