import { FluxError } from '../errors/flux-error.ts';

export function invalidFlag(name: string, why: string, hint?: string): FluxError {
  return new FluxError('FLUX_E_FLAG', `--${name}: ${why}`, { terminal: true, hint: hint ?? 'see --help' });
}
