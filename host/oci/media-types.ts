/** Media types of manifests. */
export const mediaType = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  /** The config of a manifest that needs none: `{}`. */
  empty: 'application/vnd.oci.empty.v1+json',
} as const;

/** Value of `Accept` for manifests. */
export const acceptManifests = [
  mediaType.ociManifest,
  mediaType.ociIndex,
  mediaType.dockerManifest,
  mediaType.dockerList,
].join(', ');

export const isIndexType = (type: string): boolean =>
  type === mediaType.ociIndex || type === mediaType.dockerList;

export const isImageType = (type: string): boolean =>
  type === mediaType.ociManifest || type === mediaType.dockerManifest;
