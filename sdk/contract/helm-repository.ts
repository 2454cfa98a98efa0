import Type, { type Static } from 'typebox';

/** What servers tell of a version of a file, see RFC 9110 §8.8. */
export const IndexValidators = Type.Object({
  etag: Type.Optional(Type.String()),
  lastModified: Type.Optional(Type.String()),
});
export type IndexValidators = Static<typeof IndexValidators>;

/**
 * What the host wants of the source plugin of the type `HelmRepository`. What such a repository has is known only once its index was read, so the host calls `fetch`
 * without `resolve`, with this in place of `resolved`. The plugin writes `/out/index.yaml`, or `/out/chart.tgz`, and answers with the digest of the file as
 * the revision; with the revision of the request, and no file, when the index is the one that the host has. `state` of its answer are validators, which the
 * host gives back the next time.
 */
export const HelmRepositoryWish = Type.Object({
  chart: Type.Optional(
    Type.Object(
      {
        url: Type.String({ description: 'Absolute' }),
        digest: Type.Optional(
          Type.String({ description: '`sha256:<hex>`, as the index has it; another one is a failure' }),
        ),
      },
      { description: 'A chart instead of the index' },
    ),
  ),
  maxBytes: Type.Optional(
    Type.Integer({ minimum: 1, description: 'More is a failure with the reason `TooLarge`' }),
  ),
  validators: Type.Optional(IndexValidators),
});
export type HelmRepositoryWish = Static<typeof HelmRepositoryWish>;
