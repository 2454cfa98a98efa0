import { type ErrorCode, FluxError } from '../errors/flux-error.ts';

/** A failure that another attempt may not have. */
export class PassingOciError extends FluxError {}

/** The text is no reference. */
export const invalidReference = (text: string, why: string) =>
  new FluxError('FLUX_E_OCI_REFERENCE', `${JSON.stringify(text)} is no OCI reference: ${why}`, {
    hint: 'write oci://host/repository:tag or oci://host/repository@sha256:<digest>',
    terminal: true,
  });

/** A pull secret cannot be understood. */
export const invalidDockerConfig = (why: string) =>
  new FluxError('FLUX_E_OCI_CREDENTIALS', `the registry credentials cannot be used: ${why}`, {
    hint: 'make the Secret with: kubectl create secret docker-registry NAME --docker-server=… --docker-username=… --docker-password=…',
  });

interface StatusText {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly passing?: boolean;
}

const wait = 'wait, pull less often, or log in: registries allow more to users they know';

const byStatus: Readonly<Record<number, StatusText>> = {
  401: {
    code: 'FLUX_E_OCI_UNAUTHORIZED',
    hint: 'check user name and password (or token) in the Secret of secretRef, and that its entry is for this registry',
  },
  403: {
    code: 'FLUX_E_OCI_FORBIDDEN',
    hint: 'the login may not do this: give its account access to the repository; some registries also answer so when the repository does not exist',
  },
  404: {
    code: 'FLUX_E_OCI_NOT_FOUND',
    hint: 'check the spelling of repository, tag and digest; some registries also answer so to who may not see a repository',
  },
  429: { code: 'FLUX_E_OCI_RATE_LIMIT', hint: wait, passing: true },
};

const rejected: StatusText = {
  code: 'FLUX_E_OCI_RESPONSE',
  hint: 'the registry does not accept the request; its log may say more',
};
const broken: StatusText = {
  code: 'FLUX_E_OCI_SERVER',
  hint: 'the registry has a problem of its own; check its status page or log',
  passing: true,
};

/** What the registry answered instead of what was asked for. */
export interface Refusal {
  /** `GET https://host/v2/…`. */
  readonly request: string;
  readonly status: number;
  /** The registry's own words, or none. */
  readonly said: string;
  readonly retryAfterMs?: number | undefined;
}

export function refused({ request, status, said, retryAfterMs }: Refusal): FluxError {
  const passing5xx = status >= 500 && status !== 501 && status !== 505;
  const { code, hint, passing } =
    byStatus[status] ??
    (passing5xx || status === 408 ? broken : status >= 500 ? { ...broken, passing: false } : rejected);
  const Kind = passing ? PassingOciError : FluxError;
  return new Kind(code, `${request}: status ${status}${said === '' ? '' : `: ${said}`}`, {
    hint,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** No token for what is asked. */
export const tokenRefused = (realm: string, why: string) =>
  new FluxError('FLUX_E_OCI_TOKEN', `the token server ${realm} did not give a token: ${why}`, {
    hint: 'check that the server is the registry’s own and answers JSON with "token"',
  });

/** The registry could not be reached, or the connection broke. */
export const networkFailed = (request: string, cause: FluxError) => {
  const passing = /_(BROKEN|REFUSED|UNREACHABLE)$/.test(cause.code);
  const Kind = passing ? PassingOciError : FluxError;
  return new Kind('FLUX_E_OCI_NETWORK', `${request}: ${cause.message}`, {
    ...(cause.hint === undefined ? {} : { hint: cause.hint }),
    cause,
  });
};

/** The registry's address, or one it leads to, cannot be used. */
export const addressRefused = (request: string, cause: FluxError) => {
  // The way out was made for plugins and speaks of them.
  const why = cause.message.replaceAll('the plugin', 'the host').replace(/ for plugins$/, '');
  return new FluxError('FLUX_E_OCI_ADDRESS', `${request}: ${why}`, {
    hint: 'link-local addresses and metadata services are never asked, and this machine only when the registry is on it by its own address',
    cause,
  });
};

/** A plugin asks for something else than the repository that the object names. */
export const routeRefused = (path: string, base: string) =>
  new FluxError('FLUX_E_OCI_ADDRESS', `the plugin may read ${base}… of the registry, not ${path}`, {
    terminal: true,
  });

/** Something took too long. */
export const timedOut = (request: string, what: string) =>
  new PassingOciError('FLUX_E_OCI_TIMEOUT', `${request}: ${what}`, {
    hint: 'check that the registry is up and that no firewall or NetworkPolicy drops the traffic',
  });

/** The content is not what its digest promises. */
export const digestMismatch = (what: string, expected: string, actual: string) =>
  new FluxError('FLUX_E_OCI_DIGEST', `${what} has the digest ${actual} instead of ${expected}`, {
    hint: 'somebody or something on the way changed it: check the registry and proxies between; do not use it',
  });

/** There is more than the descriptor promises. */
export const sizeMismatch = (what: string, expected: number) =>
  new FluxError('FLUX_E_OCI_DIGEST', `${what} has more than its ${expected} bytes`, {
    hint: 'somebody or something on the way changed it: check the registry and proxies between; do not use it',
  });

/** The answer ended early, without an error of the network. */
export const cutOff = (what: string, expected: number, actual: number) =>
  new PassingOciError('FLUX_E_OCI_NETWORK', `${what} ended after ${actual} of ${expected} bytes`, {
    hint: 'check proxies and load balancers between here and the registry, and that the registry has all of it',
  });

/** The content is of another kind than can be used. */
export const wrongMediaType = (what: string, why: string) =>
  new FluxError('FLUX_E_OCI_MEDIA_TYPE', `${what} ${why}`, {
    hint: 'push it as an OCI image or artifact manifest, with a current tool',
  });

/** More than was allowed. */
export const tooLarge = (what: string, maxBytes: number) =>
  new FluxError('FLUX_E_OCI_TOO_LARGE', `${what} is larger than ${maxBytes} bytes`, {
    hint: 'publish something smaller, or raise the limit where there is a setting for it',
  });

export const tooMany = (what: string, most: number) =>
  new FluxError('FLUX_E_OCI_TOO_LARGE', `${what} has more than ${most} entries`, {
    hint: 'delete old ones from the registry',
  });

/** The answer is not what the specification says. */
export const malformed = (request: string, why: string) =>
  new FluxError('FLUX_E_OCI_RESPONSE', `${request}: ${why}`, {
    hint: 'check that the address is that of an OCI registry',
  });

/** The registry does not remember an upload that it began; it has to begin anew. */
export const uploadLost = (registry: string) =>
  new PassingOciError('FLUX_E_OCI_SERVER', `${registry} lost an upload that was under way`, {
    hint: 'instances of a registry behind one address need common storage',
  });
