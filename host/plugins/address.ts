/** Ports of protocols that plugins speak, for addresses that do not name one. */
const ports: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'ws:': 80,
  'wss:': 443,
  'ssh:': 22,
  'nats:': 4222,
  'amqp:': 5672,
  'amqps:': 5671,
};

/** What `$address` stands for in one call. */
export interface Address {
  /** Entries of a grant: hosts with port. */
  readonly hosts: readonly string[];
  /** Where credentials for it may go: its origin, or its hosts when it is no URL of HTTP. */
  readonly origins: readonly string[];
}

const none: Address = { hosts: [], origins: [] };

/** Reads an address as users write it: an URL, or a host with optional port. What is neither stands for nothing. */
export function addressOf(text: string | undefined): Address {
  if (!text) return none;
  if (/^(nats|tls):/i.test(text) && text.includes(',')) return severalOf(text.split(','));
  const scp = /^[\w.-]+@([a-z0-9.-]+):(?!\/\/)/i.exec(text);
  if (scp?.[1]) return shellAddress(scp[1], '22');
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    const host = /^(\[[0-9a-f:.]+\]|[^\s/:@[\]]+)(:\d{1,5})?(\/|$)/i.exec(text.trim());
    if (!host) return none;
    const entry = `${host[1]}${host[2] ?? ''}`;
    return { hosts: [entry], origins: [entry] };
  }
  const url = URL.parse(text);
  if (!url?.hostname) return none;
  const port = url.port || ports[url.protocol];
  if (url.protocol === 'ssh:') return shellAddress(url.hostname, url.port || '22');
  const entry = port ? `${url.hostname}:${port}` : url.hostname;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { hosts: [entry], origins: [entry] };
  // Servers like to send whom they met at port 80 to port 443.
  const secure = url.protocol === 'http:' && !url.port ? [`${url.hostname}:443`] : [];
  return { hosts: [entry, ...secure], origins: [url.origin] };
}

/** A cluster, as NATS names it. */
function severalOf(texts: readonly string[]): Address {
  const all = texts.map((text) => addressOf(text.trim()));
  return { hosts: all.flatMap(({ hosts }) => hosts), origins: all.flatMap(({ origins }) => origins) };
}

/** Git servers that are named by how one pushes to them have their API at the same host. */
function shellAddress(host: string, port: string): Address {
  return { hosts: [`${host}:${port}`, `${host}:443`], origins: [`${host}:${port}`, `https://${host}`] };
}

/** Replaces `$address` in entries of a grant. */
export function expand(entries: readonly string[], hosts: readonly string[]): string[] {
  return entries.flatMap((entry) => (entry === addressWord ? hosts : [entry]));
}

/** Stands for the address that the object using the plugin names. */
export const addressWord = '$address';
