import { catalogError } from '../errors.ts';
import type { NativeManifest, Platform, Version } from './schema.ts';

/** A version of a plugin, for this machine. */
export interface Release {
  readonly version: string;
  readonly platform: Platform;
}

const systems: Readonly<Record<string, string>> = { win32: 'windows' };
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** This machine in Go's words. */
export const here = {
  os: systems[process.platform] ?? process.platform,
  arch: architectures[process.arch] ?? process.arch,
};

/**
 * Picks the newest version, the named one, or the one whose file has the digest `sha256:…`.
 * @throws FluxError FLUX_E_CLI_PLUGIN_CATALOG when there is none, or none for this machine
 */
export function resolveRelease(manifest: NativeManifest, wanted: string): Release {
  const { name, versions = [] } = manifest;
  const quoted = JSON.stringify(name);
  const [newest] = versions;
  if (!newest) throw catalogError(`plugin ${quoted} has no versions`);
  if (wanted.startsWith('sha256:')) return byDigest(manifest, wanted);
  const version = wanted === '' ? newest : versions.find((each) => each.version === wanted);
  if (!version) {
    throw catalogError(
      `version ${JSON.stringify(wanted)} not found for plugin ${quoted}`,
      `there are: ${versions.map((each) => each.version).join(', ')}`,
    );
  }
  const platform = version.platforms?.find(isHere);
  if (!platform) {
    throw catalogError(`plugin ${quoted} v${version.version} has no binary for ${here.os}/${here.arch}`);
  }
  return { version: version.version, platform };
}

function byDigest({ name, versions = [] }: NativeManifest, digest: string): Release {
  const found = versions.flatMap(({ version, platforms = [] }: Version) =>
    platforms
      .filter((platform) => isHere(platform) && platform.checksum === digest)
      .map((platform) => ({ version, platform })),
  )[0];
  if (found) return found;
  throw catalogError(
    `digest ${JSON.stringify(digest)} not found for plugin ${JSON.stringify(name)} on ${here.os}/${here.arch}`,
  );
}

function isHere({ os, arch }: Platform): boolean {
  return os === here.os && arch === here.arch;
}
