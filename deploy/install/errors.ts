import { FluxError } from '@flux-host/host/errors/flux-error.ts';

/** A name that is none of a component. */
export function unknownComponent(name: string, known: readonly string[]): FluxError {
  return new FluxError('FLUX_E_INSTALL_COMPONENT', `component ${name} is not available`, {
    hint: `the components are ${known.join(', ')}`,
  });
}

/** A component of Flux that is still to come: installing its kinds would promise what nobody does. */
export function componentUnavailable(name: string, known: readonly string[]): FluxError {
  return new FluxError('FLUX_E_INSTALL_COMPONENT', `component ${name} is not available in this version`, {
    hint: `leave it out, or run Flux's own ${name} beside this one; the components are ${known.join(', ')}`,
  });
}
