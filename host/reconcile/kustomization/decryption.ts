import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { formatRef, keyOf, refOf } from '../../kube/object.ts';
import type { KubeObject } from '../../kube/types.ts';
import { stillEncrypted } from '../../sops/errors.ts';
import type { Decryptions } from '../../sops/keys/decryptions.ts';
import type { Decryption } from '../../sops/types.ts';

/** @returns undefined when the object asks for no decryption @throws FluxError with reason BuildFailed */
export async function decryptionOf(
  object: Kustomization,
  { decryptions }: { readonly decryptions: Decryptions },
  signal: AbortSignal,
): Promise<Decryption | undefined> {
  const { decryption } = object.spec;
  return decryption && decryptions.open(keyOf(object), decryption, signal);
}

/** Encrypted Secrets of a Kustomization without decryption would be applied as they are. @throws FluxError that names the first */
export function checkDecrypted(objects: readonly KubeObject[]): void {
  const encrypted = objects.find(
    (object) =>
      object.kind === 'Secret' && object.apiVersion === 'v1' && 'sops' in object && !isLeftAlone(object),
  );
  if (encrypted) throw stillEncrypted(formatRef(refOf(encrypted)));
}

function isLeftAlone({ metadata }: KubeObject): boolean {
  return metadata.annotations?.['kustomize.toolkit.fluxcd.io/decrypt']?.toLowerCase() === 'disabled';
}
