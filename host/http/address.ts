import { FluxError } from '../errors/flux-error.ts';

/** Where a server listens. An empty host means all interfaces. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Parses Go's `host:port`, as in `--storage-addr` and `--metrics-addr`: `:9090`, `0.0.0.0:9090`, `[::1]:9090`. Port 0 picks a free one.
 * @throws FluxError FLUX_E_ADDRESS
 */
export function parseAddress(text: string): Address {
  const match = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^:[\]/\s]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535)
    throw new FluxError('FLUX_E_ADDRESS', `invalid listen address ${JSON.stringify(text)}`, {
      hint: 'write host:port, for example :9090 or [::1]:9090',
      terminal: true,
    });
  return { host: match[1] ?? match[2] ?? '', port };
}

/** Like `parseAddress`, for servers that can be switched off with an empty address or `0`. */
export function parseOptionalAddress(text: string): Address | undefined {
  return text === '' || text === '0' ? undefined : parseAddress(text);
}

/** `host:port` with brackets around an IPv6 address. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
