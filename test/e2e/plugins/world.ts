import type { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import { createOciClient } from '@flux-host/host/oci/client.ts';
import { passwordFor } from '@flux-host/host/oci/credentials.ts';
import { mediaType } from '@flux-host/host/oci/media-types.ts';
import { parseReference } from '@flux-host/host/oci/reference.ts';
import type { OciClient } from '@flux-host/host/oci/types.ts';
import { createEgress } from '@flux-host/host/sandbox/egress/egress.ts';
import { textPlugin } from '@flux-host/host/sandbox/testing/modules.ts';
import { pluginArtifactType, pluginConfigType, pluginModuleType } from '@flux-host/sdk/contract/artifact.ts';
import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';

const egress = createEgress();

/** A client of the tests' registries. End it with {@link closeRegistryClient}. */
export const registryClient: OciClient = createOciClient({ egress });
export const closeRegistryClient = () => egress.close();

/**
 * Pushes a module as `flux plugin push` does.
 * @returns digest of the image
 */
export async function pushModule(
  reference: string,
  module: Uint8Array,
  login?: { readonly username: string; readonly password: string },
): Promise<string> {
  const ref = parseReference(reference);
  const credentials = login && passwordFor(ref.registry, login.username, login.password);
  const client = credentials ? createOciClient({ egress, access: { credentials } }) : registryClient;
  const layer = await client.pushBlob(ref, module);
  const config = await client.pushBlob(ref, Buffer.from('{}'));
  const { digest } = await client.pushManifest(ref, {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    artifactType: pluginArtifactType,
    config: { ...config, mediaType: pluginConfigType },
    layers: [{ ...layer, mediaType: pluginModuleType }],
  });
  return digest;
}

/** A builder plugin whose only answer is a ConfigMap `built` with this data in the namespace. */
export function configMapBuilder(
  { name, namespace, value }: { name: string; namespace: string; value: string },
  changes: Partial<PluginManifest> = {},
): Promise<Uint8Array> {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'built', namespace },
    data: { value },
  };
  const answer = JSON.stringify({ resources: JSON.stringify(object) });
  const body = `(import "extism:host/user" "flux_output" (func $output (param i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "${[...Buffer.from(answer)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')}")
    (func (export "build") (result i32) (call $output (i32.const 0) (i32.const ${answer.length})) i32.const 0)`;
  return textPlugin(body, builderManifest(name, changes));
}

/** A builder plugin that does what is written in the text form: `unreachable`, `(loop br 0)`. */
export function brokenBuilder(name: string, code: string, changes: Partial<PluginManifest> = {}) {
  return textPlugin(
    `(memory (export "memory") 1) (func (export "build") (result i32) ${code} i32.const 0)`,
    builderManifest(name, changes),
  );
}

function builderManifest(name: string, changes: Partial<PluginManifest>): Partial<PluginManifest> {
  return { name, version: '1.0.0', provides: [{ kind: 'builder', type: name }], requests: {}, ...changes };
}

/** A Plugin object. */
export function plugin(name: string, url: string, spec: Partial<Plugin['spec']> = {}): Plugin {
  return {
    apiVersion: 'plugin.extensions.fluxcd.io/v1alpha1',
    kind: 'Plugin',
    metadata: { name },
    spec: { interval: '1h', ...spec, source: { ...spec.source, url } },
  };
}
