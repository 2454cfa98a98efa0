import { invalid } from '../notifier-common/failure.ts';

/** A server of a cluster. */
export interface Server {
  readonly host: string;
  readonly port: number;
  /** The user asks for TLS; otherwise the server decides. */
  readonly tls: boolean;
  /** Of the address itself. */
  readonly username?: string;
  readonly password?: string;
}

const defaultPort = 4222;

/**
 * Reads an address as NATS's clients do: `nats://host:4222`, `tls://host`, `host`, or several with commas between.
 * @throws PluginError for what is none of these
 */
export function serversOf(address: string): Server[] {
  return address.split(',').map((part) => serverOf(part.trim()));
}

function serverOf(text: string): Server {
  const [, scheme = 'nats', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/is.exec(text) ?? [];
  if (scheme !== 'nats' && scheme !== 'tls') {
    throw invalid(
      `error connecting to server: the scheme ${scheme} is not known`,
      'write the address like nats://nats.example.com:4222 or tls://nats.example.com',
    );
  }
  // Parsed as HTTP, whose URLs have hosts and ports by the same rules.
  const url = URL.parse(`http://${rest}`);
  if (!url?.hostname) throw invalid('error connecting to server: the address is no host');
  const port = /:80(?:\/|$)/.test(rest) ? 80 : Number(url.port || defaultPort);
  return {
    host: url.hostname,
    port,
    tls: scheme === 'tls',
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
  };
}
