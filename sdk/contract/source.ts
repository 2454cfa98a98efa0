import Type, { type Static } from 'typebox';

/**
 * A `source` plugin exports `resolve` and `fetch`. Both get a {@link SourceRequest}. `resolve` asks the remote where it
 * stands and returns cheaply; `fetch` runs only when the revision moved and writes the tree below `/out`.
 */
export const SourceRequest = Type.Object({
  spec: Type.Record(Type.String(), Type.Unknown(), {
    description: "The object's spec (GitRepository: as in Flux's API)",
  }),
  secret: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description:
        'Granted keys of the referenced Secret, base64. Credentials that the host adds on the way out are not in here',
    }),
  ),
  revision: Type.Optional(
    Type.String({ description: 'Revision of the artifact in storage; absent when there is none' }),
  ),
  address: Type.Optional(
    Type.String({
      description: 'Base address of the remote, where the host works it out: what `$address` stands for',
    }),
  ),
  /** Only for `fetch`: what `resolve` returned; for HelmRepositories what the host wants, see helm-repository.ts. */
  resolved: Type.Optional(Type.Unknown()),
});
export type SourceRequest = Static<typeof SourceRequest>;

export const ResolveResponse = Type.Object({
  revision: Type.String({
    description: 'e.g. `main@sha1:<commit>`; equal to the request’s revision means: nothing to fetch',
  }),
  resolved: Type.Optional(Type.Unknown({ description: 'Passed on to `fetch` as it is' })),
});
export type ResolveResponse = Static<typeof ResolveResponse>;

export const FetchResponse = Type.Object({
  revision: Type.String(),
  metadata: Type.Optional(
    Type.Record(Type.String(), Type.String(), { description: 'Becomes artifact.metadata' }),
  ),
  message: Type.Optional(
    Type.String({ description: 'For the event, e.g. first line of the commit message' }),
  ),
  state: Type.Optional(
    Type.Unknown({
      description:
        'Facts about what was fetched that have no field of their own (git: the signed objects as they are); at most 64 KiB, not kept between calls',
    }),
  ),
});
export type FetchResponse = Static<typeof FetchResponse>;
