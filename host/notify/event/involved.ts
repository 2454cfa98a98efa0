import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';

/** `Kustomization/apps/web`: how Flux names the object of an event. */
export function involvedName({
  involvedObject: { kind = '', namespace = '', name = '' },
}: FluxEvent): string {
  return `${kind}/${namespace}/${name}`;
}
