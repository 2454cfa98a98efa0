import { BlockList, isIP } from 'node:net';

/**
 * The proxy for an API server: the kubeconfig's `proxy-url`, else `HTTPS_PROXY`/`HTTP_PROXY` unless `NO_PROXY` exempts
 * the host. Like Go and unlike most Node libraries this understands CIDR blocks, which clusters put into NO_PROXY.
 */
export function proxyFor(
  server: string,
  options: { proxyUrl?: string | undefined; env?: NodeJS.ProcessEnv } = {},
): string | undefined {
  if (options.proxyUrl) return options.proxyUrl;
  const env = options.env ?? process.env;
  const url = new URL(server);
  const scheme = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = env[scheme] || env[scheme.toLowerCase()];
  if (!proxy || isLoopback(url.hostname) || exempt(url, env['NO_PROXY'] || env['no_proxy'] || ''))
    return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}

function exempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter(Boolean)
    .some((entry) => entry === '*' || inBlock(host, entry) || isDomain({ host, port }, entry));
}

function inBlock(host: string, entry: string): boolean {
  const [network = '', prefix] = entry.split('/');
  const family = isIP(network);
  if (!family || isIP(host) !== family || !/^\d+$/.test(prefix ?? '')) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  if (Number(prefix) > (family === 4 ? 32 : 128)) return false;
  const block = new BlockList();
  block.addSubnet(network, Number(prefix), type);
  return block.check(host, type);
}

// `example.com` means the host and everything below it, `.example.com` only what is below.
function isDomain(target: { host: string; port: string }, entry: string): boolean {
  const colon = isIP(entry) === 6 ? -1 : entry.lastIndexOf(':');
  const name = (colon < 0 ? entry : entry.slice(0, colon)).replace(/^\*/, '');
  if (colon >= 0 && entry.slice(colon + 1) !== target.port) return false;
  if (name.startsWith('.')) return target.host.endsWith(name);
  return target.host === name || target.host.endsWith(`.${name}`);
}
