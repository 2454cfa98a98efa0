import Type, { type Static } from 'typebox';

/** What is known of an image without pulling it. */
export const ImageDetails = Type.Object({
  digest: Type.String({ description: 'Of the manifest or index' }),
  created: Type.Optional(Type.String({ description: 'RFC 3339, from the image config' })),
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
});
export type ImageDetails = Static<typeof ImageDetails>;

/**
 * A `policy` plugin exports `select`: out of the tags of an image the one to run. Tags come as they are after `filterTags`.
 * A policy that has to look into images answers with `inspect`; the host then calls again with `images`.
 */
export const SelectRequest = Type.Object({
  image: Type.String({ description: 'Repository, without tag' }),
  tags: Type.Array(Type.String(), { description: 'Candidates, in no particular order' }),
  config: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: '`spec.policy.plugin.config`' }),
  ),
  current: Type.Optional(Type.String({ description: 'Tag that was chosen before' })),
  images: Type.Optional(
    Type.Record(Type.String(), ImageDetails, {
      description: 'By tag: what `inspect` asked for and was found',
    }),
  ),
});
export type SelectRequest = Static<typeof SelectRequest>;

export const SelectResponse = Type.Union([
  Type.Object({
    tag: Type.String({ description: 'One of `tags`' }),
    why: Type.Optional(Type.String({ description: 'For the person who reads the condition' })),
  }),
  Type.Object({
    inspect: Type.Array(Type.String(), { minItems: 1, maxItems: 100, description: 'Tags to look into' }),
  }),
]);
export type SelectResponse = Static<typeof SelectResponse>;
