import type { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { errorText } from '@flux-host/host/errors/text.ts';
import { commandError } from '../command/errors.ts';

/** Nobody is logged in to a cloud here. */
export const noUser = (cloud: string, why: string, hint: string): FluxError =>
  commandError('FLUX_E_CLI_CLOUD', `there is no login of ${cloud}: ${why}`, hint);

/** In Flux's words. */
export const loginFailed = (provider: string, url: string, cause: unknown): FluxError =>
  commandError(
    'FLUX_E_CLI_CLOUD',
    `error during login with provider: could not login to provider ${provider} with url ${url}: ${errorText(cause)}`,
  );
