import type { Socket } from 'node:net';
import type { EgressGrant } from '../types.ts';
import { type ConnectOptions, connectTcp, startTls } from './connect.ts';
import {
  badProxy,
  egressTimeout,
  proxyRefused,
  proxyUnreachable,
  type Target,
  targetText,
} from './errors.ts';
import { targetOfUrl } from './grant.ts';

/** A proxy that connections go through. */
export interface HttpProxy {
  readonly url: URL;
  readonly target: Target;
  /** Value of Proxy-Authorization. */
  readonly authorization: string | null;
}

/** @throws FluxError FLUX_E_EGRESS_PROXY for addresses that are none of an HTTP proxy */
export function parseProxy({ url: text, username, password }: NonNullable<EgressGrant['proxy']>): HttpProxy {
  const url = URL.parse(text);
  if (!url) throw badProxy('its address is not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw badProxy(`${url.protocol} is not supported`);
  const user = username ?? decodeURIComponent(url.username);
  const secret = password ?? decodeURIComponent(url.password);
  const authorization =
    user === '' && secret === '' ? null : `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
  url.username = url.password = '';
  return { url, target: targetOfUrl(url), authorization };
}

export interface ProxyConnectOptions extends ConnectOptions {
  readonly tls?: EgressGrant['tls'];
}

/** Connects to the proxy itself. */
export async function connectProxy(
  { url, target }: HttpProxy,
  options: ProxyConnectOptions,
): Promise<Socket> {
  // An administrator configured the proxy, so it may be anywhere, this machine included.
  const socket = await connectTcp(target, { ...options, trusted: true }).catch((error: unknown) => {
    throw proxyUnreachable(target, error);
  });
  if (url.protocol === 'http:') return socket;
  const ca = options.tls?.ca === undefined ? undefined : { ca: options.tls.ca };
  return startTls(socket, { target, tls: ca, timeoutMs: options.timeoutMs, alpn: ['http/1.1'] });
}

const longestHead = 16_384;

/**
 * A tunnel through the proxy. The proxy looks the name up, so only what is written in the target can be checked here.
 * @throws FluxError FLUX_E_EGRESS_PROXY with the proxy's answer
 */
export async function tunnel(
  proxy: HttpProxy,
  target: Target,
  options: ProxyConnectOptions,
): Promise<Socket> {
  const socket = await connectProxy(proxy, options);
  const authority = targetText(target);
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (proxy.authorization) lines.push(`Proxy-Authorization: ${proxy.authorization}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  try {
    const head = await readHead(socket, target, options.timeoutMs);
    const status = /^HTTP\/1\.[01] (\d{3}[^\r\n]*)/.exec(head)?.[1] ?? 'something that is not HTTP';
    if (!/^2\d\d/.test(status)) throw proxyRefused(targetText(proxy.target), target, status.slice(0, 100));
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function readHead(socket: Socket, target: Target, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const settle = () => {
      clearTimeout(timer);
      socket.off('data', data).off('error', fail).off('close', ended);
      socket.pause();
    };
    const fail = (error: unknown) => {
      settle();
      socket.on('error', () => {});
      reject(error);
    };
    const ended = () => fail(new Error('the proxy closed the connection'));
    const data = (piece: Buffer) => {
      head = Buffer.concat([head, piece]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0 && head.length > longestHead)
        return fail(new Error('the proxy answered something that is not HTTP'));
      if (end < 0) return;
      settle();
      const rest = head.subarray(end + 4);
      if (rest.length > 0) socket.unshift(rest);
      resolve(head.toString('latin1', 0, end));
    };
    const timer = setTimeout(
      () => fail(egressTimeout(`the proxy on the way to ${targetText(target)}`, 'did not answer in time')),
      timeoutMs,
    );
    socket.on('data', data).once('error', fail).once('close', ended);
  });
}
