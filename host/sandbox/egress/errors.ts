import { type ErrorCode, FluxError } from '../../errors/flux-error.ts';

/** Where a connection goes, as a user writes it. */
export interface Target {
  /** Lower case; IPv6 addresses in brackets. */
  readonly host: string;
  readonly port: number;
}

export const targetText = ({ host, port }: Target): string => `${host}:${port}`;

/** Nobody granted this connection. */
export const notGranted = (target: Target) =>
  new FluxError('FLUX_E_EGRESS_DENIED', `the plugin may not connect to ${targetText(target)}`, {
    hint: `if it should, add this line to spec.grants.network of its Plugin: - ${JSON.stringify(targetText(target))}`,
    terminal: true,
  });

/** The name leads to an address that no plugin may reach. */
export const forbiddenAddress = (target: Target, address: string, loopback: boolean) =>
  new FluxError(
    'FLUX_E_EGRESS_ADDRESS',
    target.host === address
      ? `the plugin may not connect to ${targetText(target)}: this address is never reachable for plugins`
      : `the plugin may not connect to ${targetText(target)}: the name leads to ${address}, which is not reachable for plugins`,
    {
      hint: loopback
        ? 'the loopback interface is reachable only by its own name or address, where that is granted'
        : 'link-local addresses and the metadata services of clouds cannot be granted',
      terminal: true,
    },
  );

/** The plugin did not ask for the capability in its manifest, or nobody granted it. */
export const noCapability = (plugin: string, capability: string) =>
  new FluxError('FLUX_E_EGRESS_CAPABILITY', `plugin ${plugin} may not use "${capability}"`, {
    hint: `it has to be in requests.capabilities of its manifest and in spec.grants.capabilities of its Plugin: - ${capability}`,
    terminal: true,
  });

/** The request itself is not valid. */
export const badRequest = (what: string) =>
  new FluxError('FLUX_E_EGRESS_REQUEST', `the plugin's request is not valid: ${what}`, { terminal: true });

/** Bodies are larger than allowed. */
export const responseTooLarge = (target: string, maxBytes: number) =>
  new FluxError(
    'FLUX_E_EGRESS_TOO_LARGE',
    `the responses of ${target} are larger than the ${maxBytes} bytes that this call may receive`,
    { hint: 'raise the limit of the plugin if they are meant to be that large' },
  );

/** A body is larger than the plugin wants it. */
export const bodyTooLarge = (maxBytes: number) =>
  new FluxError('FLUX_E_EGRESS_TOO_LARGE', `the response is larger than ${maxBytes} bytes`);

/** A body is another one than was announced. */
export const digestMismatch = (expected: string, actual: string) =>
  new FluxError('FLUX_E_EGRESS_DIGEST', `the response has digest ${actual}, but ${expected} was expected`, {
    hint: 'something between the server and this host changes or cuts what it sends, or what the server keeps is damaged',
  });

/** A body that has to be unpacked is damaged. */
export const badArchive = (what: string, cause?: unknown) =>
  new FluxError('FLUX_E_EGRESS_ARCHIVE', `the response cannot be unpacked: ${what}`, {
    ...(cause === undefined ? {} : { cause }),
  });

/** Too many connections in one call. */
export const tooManyHandles = (most: number) =>
  new FluxError(
    'FLUX_E_EGRESS_HANDLES',
    `the plugin has ${most} connections open, which is the most it may have`,
  );

/** The session was ended. */
export const sessionClosed = () =>
  new FluxError('FLUX_E_EGRESS_CLOSED', 'the call that this connection belongs to is over');

/** The proxy does not do what was asked of it. */
export const proxyRefused = (proxy: string, target: Target, status: string) =>
  new FluxError(
    'FLUX_E_EGRESS_PROXY',
    `the proxy ${proxy} did not connect to ${targetText(target)}: it answered ${status}`,
    { hint: 'check the address and the credentials in the proxy Secret' },
  );

/** The proxy itself cannot be reached. */
export const proxyUnreachable = (proxy: Target, error: unknown) => {
  const { message } = networkError(targetText(proxy), error);
  return new FluxError('FLUX_E_EGRESS_PROXY', `the proxy cannot be used: ${message}`, {
    hint: 'check the address in the proxy Secret, and that the proxy is up',
    cause: error,
  });
};

export const badProxy = (what: string) =>
  new FluxError('FLUX_E_EGRESS_PROXY', `the proxy cannot be used: ${what}`, {
    hint: 'give an http:// or https:// address',
    terminal: true,
  });

/** Something took too long. */
export const egressTimeout = (target: string, what: string) =>
  new FluxError('FLUX_E_EGRESS_TIMEOUT', `${target} ${what}`, {
    hint: 'check that the server is up and that no firewall or NetworkPolicy drops the traffic',
  });

const certificateProblems: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its chain ends in a self-signed certificate that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'it was signed by an authority that is not known, or an intermediate certificate is missing',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'it was signed by an authority that is not known',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate of its authority is missing',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  CERT_REVOKED: 'it was revoked',
  CERT_SIGNATURE_FAILURE: 'its signature is wrong',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another host name',
};

const failures: Readonly<Record<string, readonly [code: ErrorCode, text: string, hint: string]>> = {
  ENOTFOUND: [
    'FLUX_E_EGRESS_DNS',
    'cannot be found: its name has no address',
    'check the spelling and the DNS of the cluster',
  ],
  EAI_AGAIN: [
    'FLUX_E_EGRESS_DNS',
    'cannot be found: the DNS server does not answer',
    'check the DNS of the cluster',
  ],
  ECONNREFUSED: [
    'FLUX_E_EGRESS_REFUSED',
    'refused the connection',
    'check that the server is up and listens on this port',
  ],
  EHOSTUNREACH: [
    'FLUX_E_EGRESS_UNREACHABLE',
    'cannot be reached: there is no route',
    'check the network of the cluster',
  ],
  ENETUNREACH: [
    'FLUX_E_EGRESS_UNREACHABLE',
    'cannot be reached: there is no route',
    'check the network of the cluster',
  ],
  ETIMEDOUT: [
    'FLUX_E_EGRESS_TIMEOUT',
    'did not answer in time',
    'check that the server is up and that no firewall drops the traffic',
  ],
  UND_ERR_CONNECT_TIMEOUT: [
    'FLUX_E_EGRESS_TIMEOUT',
    'did not accept the connection in time',
    'check that no firewall drops the traffic',
  ],
  UND_ERR_HEADERS_TIMEOUT: [
    'FLUX_E_EGRESS_TIMEOUT',
    'did not respond in time',
    'check that the server is up',
  ],
  UND_ERR_BODY_TIMEOUT: [
    'FLUX_E_EGRESS_TIMEOUT',
    'stopped in the middle of its response',
    'check that the server is up',
  ],
  EPROTO: [
    'FLUX_E_EGRESS_TLS',
    'does not speak TLS on this port, or none that both sides know',
    'check whether the address should start with http://',
  ],
  ERR_SSL_WRONG_VERSION_NUMBER: [
    'FLUX_E_EGRESS_TLS',
    'does not speak TLS on this port',
    'check whether the address should start with http://',
  ],
};

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}

/** A sentence for whatever the network did. FluxErrors pass as they are. */
export function networkError(target: string, error: unknown): FluxError {
  if (error instanceof FluxError) return error;
  const code = codeOf(error);
  const certificate = certificateProblems[code];
  if (certificate) {
    const detail =
      code === 'ERR_TLS_CERT_ALTNAME_INVALID' && error instanceof Error ? ` (${error.message})` : '';
    return new FluxError(
      'FLUX_E_EGRESS_TLS',
      `the certificate of ${target} is not trusted: ${certificate}${detail}`,
      {
        hint: 'give the authority that signed it as ca.crt in the Secret, or renew it',
        cause: error,
      },
    );
  }
  const known = failures[code];
  if (known) return new FluxError(known[0], `${target} ${known[1]}`, { hint: known[2], cause: error });
  const message = error instanceof Error ? error.message : String(error);
  if (/tls|ssl|alert/i.test(message) || code.startsWith('ERR_SSL')) {
    return new FluxError('FLUX_E_EGRESS_TLS', `no TLS connection to ${target}: ${message}`, { cause: error });
  }
  return new FluxError('FLUX_E_EGRESS_BROKEN', `the connection to ${target} broke: ${message || code}`, {
    cause: error,
  });
}
