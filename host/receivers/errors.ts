import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';

/** The request is not what its Receiver expects: answered with 400. */
export function requestRefused(message: string, hint?: string, cause?: unknown): FluxError {
  return new FluxError('FLUX_E_RECEIVER_REQUEST', message, {
    ...(hint ? { hint } : {}),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The bearer token cannot be trusted: answered with 400. */
export function tokenRefused(message: string, hint?: string, cause?: unknown): FluxError {
  return new FluxError('FLUX_E_RECEIVER_TOKEN', message, {
    ...(hint ? { hint } : {}),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The issuer, or its keys, could not be asked. */
export function issuerFailed(issuer: string, cause: unknown): FluxError {
  return new FluxError(
    'FLUX_E_RECEIVER_ISSUER',
    `failed to initialize OIDC provider for issuer "${issuer}": ${errorText(cause)}`,
    {
      cause,
      hint: 'the host has to reach the issuer and the keys that its discovery document names',
    },
  );
}

/** The Secret of a Receiver, as far as it is about the token. */
export function secretUnusable(message: string, options: { hint?: string; cause?: unknown } = {}): FluxError {
  return new FluxError('FLUX_E_RECEIVER_SECRET', message, { reason: 'TokenNotFound', ...options });
}

/** The spec contradicts itself; the API server refuses such objects unless its schema is older. */
export function specInvalid(message: string): FluxError {
  return new FluxError('FLUX_E_RECEIVER_SPEC', message, {
    reason: 'ValidationFailed',
    terminal: true,
    hint: 'correct the spec of the Receiver',
  });
}

/** An object that a webhook should have reconciled, and could not. */
export function resourceFailed(message: string, options: { hint?: string; cause?: unknown } = {}): FluxError {
  return new FluxError('FLUX_E_RECEIVER_RESOURCE', message, options);
}

/** The filters of a request have used up their time: answered with 500. */
export function filtersTooSlow(ms: number): FluxError {
  return new FluxError(
    'FLUX_E_RECEIVER_FILTER',
    `the filters took longer than ${ms / 1000} s for this request`,
    {
      hint: 'have the sender send less, select fewer objects by matchLabels, or ask for less in the expressions',
    },
  );
}

/** The answer of a plugin does not follow the contract. */
export function badAnswer(type: string, what: string): FluxError {
  return new FluxError('FLUX_E_RECEIVER_ANSWER', `the plugin for receiver "${type}" answered with ${what}`, {
    hint: 'this is a fault of the plugin: see the contract of receivers in sdk/contract/receiver.ts',
  });
}

/** The content type says JSON, filters want to see it, and it is none: answered with 500, as in Flux. */
export function requestUnreadable(why: string, cause: unknown): FluxError {
  return new FluxError('FLUX_E_RECEIVER_BODY', `failed to parse request body as JSON: ${why}`, {
    cause,
    hint: 'the filters of the Receiver need a JSON object as body',
  });
}
