import Type, { type Static } from 'typebox';

/**
 * A `builder` plugin exports `build`: from the artifact's tree, read-only at `/in`, to Kubernetes objects as a YAML stream.
 * `targetNamespace`, `namePrefix`, `nameSuffix`, `patches` and `images` of the Kustomization, post-build substitution, ownership labels and the
 * rest of Flux's pipeline are the host's; the built-in builder `kustomize` alone does the first five itself.
 */
export const BuildRequest = Type.Object({
  path: Type.String({ description: 'Folder below `/in` to build, without leading `./`; empty for the root' }),
  spec: Type.Record(Type.String(), Type.Unknown(), {
    description:
      "The Kustomization's spec, without what is of no bearing. Of those fields that the host applies to the result only `targetNamespace` is in it",
  }),
  config: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: '`spec.builder.config`' })),
  remotes: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: 'Remote base → folder where the host mounted it',
    }),
  ),
});
export type BuildRequest = Static<typeof BuildRequest>;

export const BuildResponse = Type.Union([
  Type.Object({
    resources: Type.String({
      description: 'YAML documents separated by `---`, in apply order of the builder',
    }),
  }),
  Type.Object({
    remotes: Type.Array(Type.String(), {
      minItems: 1,
      description:
        'Remote bases that the host has to fetch first; it then calls `build` again with `remotes` set',
    }),
  }),
]);
export type BuildResponse = Static<typeof BuildResponse>;
