import { FluxError } from '@flux-host/host/errors/flux-error.ts';

/** A name that is none of a component. */
export function unknownComponent(name: string, known: readonly string[]): FluxError {
  return new FluxError('FLUX_E_INSTALL_COMPONENT', `there is no component "${name}"`, {
    hint: `the components are ${known.join(', ')}`,
  });
}
