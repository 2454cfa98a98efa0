import Type, { type Static } from 'typebox';
import Value from 'typebox/value';

/** Of everything in the catalog (RFC-0013 of Flux). */
export const catalogVersion = 'cli.fluxcd.io/v1beta1';

const Platform = Type.Object({
  os: Type.String(),
  arch: Type.String(),
  url: Type.String(),
  checksum: Type.String({ description: '`sha256:<hex>` of what the URL gives' }),
  extractPath: Type.Optional(Type.String({ description: 'Path of the program in the archive' })),
});
export type Platform = Static<typeof Platform>;

const Version = Type.Object({
  version: Type.String(),
  platforms: Type.Optional(Type.Array(Platform)),
});
export type Version = Static<typeof Version>;

/** What the catalog says of one plugin; the newest version comes first. */
export const NativeManifest = Type.Object({
  apiVersion: Type.String(),
  kind: Type.String(),
  name: Type.String(),
  description: Type.Optional(Type.String()),
  bin: Type.String(),
  versions: Type.Optional(Type.Array(Version)),
});
export type NativeManifest = Static<typeof NativeManifest>;

export const Catalog = Type.Object({
  apiVersion: Type.String(),
  kind: Type.String(),
  plugins: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), description: Type.Optional(Type.String()) })),
  ),
});
export type Catalog = Static<typeof Catalog>;

/** Kept beside an installed plugin, as `flux-<name>.yaml`. */
export const Receipt = Type.Object({
  name: Type.String(),
  version: Type.String(),
  installedAt: Type.Optional(Type.String({ description: 'RFC 3339' })),
  platform: Type.Optional(Platform),
});
export type Receipt = Static<typeof Receipt>;

/** The first thing that keeps a value from being of a schema. */
export function faultOf(schema: Type.TSchema, value: unknown): string {
  const [first] = Value.Errors(schema, value);
  if (!first) return '';
  return `${first.instancePath.slice(1).replaceAll('/', '.') || 'document'} ${first.message}`;
}
