import Type, { type Static } from 'typebox';

const Installation = Type.Object({
  /** Digest of the module. */
  digest: Type.String(),
  /** Digest of the image that it came in. */
  image: Type.String(),
  tag: Type.Optional(Type.String()),
  /** Version that the module gives itself. */
  version: Type.String(),
  /** What was verified, as a fingerprint of policy and keys. */
  verified: Type.Optional(Type.String()),
});
/** A module that was checked and put in place. */
export type Installation = Static<typeof Installation>;

/** What the host remembers of a Plugin, so that it can start without its registry. */
export const InstallRecord = Type.Object({
  /** Of the object: one that was created anew starts anew. */
  uid: Type.String(),
  current: Type.Optional(Installation),
  /** Generation of the object when `current` was installed. */
  generation: Type.Optional(Type.Integer()),
  /** To go back to while `current` has not proved itself. */
  previous: Type.Optional(Installation),
  /** Downloaded, and not installed (yet). */
  candidate: Type.Optional(Type.String()),
  /** Was rolled back. */
  rejected: Type.Optional(
    Type.Object({ digest: Type.String(), image: Type.String(), message: Type.String() }),
  ),
});
export type InstallRecord = Static<typeof InstallRecord>;

/** Digests of modules that a record needs. */
export function modulesOf({ current, previous, candidate }: InstallRecord): string[] {
  return [current?.digest, previous?.digest, candidate].filter((digest) => digest !== undefined);
}
