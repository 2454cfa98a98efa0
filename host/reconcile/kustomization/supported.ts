import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { FluxError } from '../../errors/flux-error.ts';

/** Fields that this version refuses: leaving one out silently could apply more, or as somebody else, than was asked for. */
const refused: readonly (readonly [string, (spec: Kustomization['spec']) => boolean])[] = [
  ['spec.kubeConfig', (spec) => spec.kubeConfig !== undefined],
];

/** @throws FluxError, terminal, that names the fields */
export function checkSupported({ spec }: Kustomization): void {
  const fields = refused.filter(([, isSet]) => isSet(spec)).map(([field]) => field);
  if (fields.length === 0) return;
  throw new FluxError('FLUX_E_UNSUPPORTED_FIELD', `${fields.join(', ')}: not available in this version`, {
    reason: 'ReconciliationFailed',
    terminal: true,
    hint: 'remove the field, or let kustomize-controller reconcile this object (see docs/flux-compatibility.md)',
  });
}
