import { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import type { Reference } from '@flux-host/host/oci/types.ts';
import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';

export interface PluginObjectOptions {
  readonly ref: Reference;
  /** Digest of the image that was shown to the user; absent: whatever the tag means. */
  readonly digest?: string;
  readonly manifest: PluginManifest;
  /** Secret with the public key that has to have signed. */
  readonly verifySecret?: { readonly name: string; readonly namespace: string };
  /** Secret with the login of the registry. */
  readonly pullSecret?: string;
  readonly namespace: string;
  readonly insecure: boolean;
}

/** The object that installs a plugin and grants it exactly what it requests. */
export function pluginObject(options: PluginObjectOptions): Plugin {
  const { ref, digest, manifest, verifySecret, pullSecret, namespace, insecure } = options;
  const { requests } = manifest;
  return {
    apiVersion: Plugin.apiVersion,
    kind: Plugin.kind,
    metadata: { name: manifest.name },
    spec: {
      source: {
        url: `oci://${ref.registry}/${ref.name}`,
        ref: { ...(ref.tag && { tag: ref.tag }), ...(digest && { digest }) },
        ...(pullSecret && { secretRef: { name: pullSecret, namespace } }),
        ...(insecure && { insecure: true }),
      },
      ...(verifySecret && { verify: { provider: 'cosign', secretRef: verifySecret } }),
      ...(Object.keys(requests).length > 0 && { grants: { ...requests } }),
    },
  };
}
