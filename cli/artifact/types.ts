/** Media types of Flux's artifacts. */
export const fluxConfigType = 'application/vnd.cncf.flux.config.v1+json';
export const fluxLayerType = 'application/vnd.cncf.flux.content.v1.tar+gzip';

/** Annotations of OCI that say where an artifact comes from. */
export const annotation = {
  created: 'org.opencontainers.image.created',
  source: 'org.opencontainers.image.source',
  revision: 'org.opencontainers.image.revision',
} as const;

/** What is left out of artifacts unless `--ignore-paths` says otherwise: version control, media and archives. */
export const ignoredByDefault = [
  ...['.git/', '.gitignore', '.gitmodules', '.gitattributes'],
  ...['*.jpg', '*.jpeg', '*.gif', '*.png', '*.wmv', '*.flv', '*.tar.gz', '*.zip'],
];
