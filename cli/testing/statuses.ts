/** Parts of a status as the controllers write them. */

/** The artifact of a source. */
export function artifactStatus(revision: string): object {
  return {
    artifact: {
      digest: `sha256:${'0'.repeat(64)}`,
      lastUpdateTime: '2026-01-01T00:00:00Z',
      path: 'source/artifact.tar.gz',
      revision,
      size: 2048,
      url: 'http://source-controller.flux-system.svc.cluster.local./source/artifact.tar.gz',
    },
  };
}

/** What a kind's status has of a revision. */
export function revisionStatus(kind: string, revision: string): object {
  switch (kind) {
    case 'Kustomization':
      return { lastAppliedRevision: revision, lastAttemptedRevision: revision };
    case 'HelmRelease':
      return { lastAttemptedRevision: revision };
    default:
      return artifactStatus(revision);
  }
}
