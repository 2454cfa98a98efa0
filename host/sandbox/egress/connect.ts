import { lookup } from 'node:dns/promises';
import { connect as connectSocket, type Socket } from 'node:net';
import { connect as connectTls, getCACertificates, type TLSSocket } from 'node:tls';
import type { EgressGrant } from '../types.ts';
import { addressKind } from './address.ts';
import { egressTimeout, forbiddenAddress, type Target, targetText } from './errors.ts';
import { isLoopbackName, literalAddress } from './grant.ts';

/** Addresses of a name. */
export type Lookup = (name: string) => Promise<readonly string[]>;

/** The operating system's resolver. */
export const systemLookup: Lookup = async (name) =>
  (await lookup(name, { all: true, order: 'verbatim' })).map(({ address }) => address);

export interface ConnectOptions {
  readonly lookup: Lookup;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Takes any address: for targets that an administrator chose. */
  readonly trusted?: boolean;
}

/**
 * The addresses that may be connected to; later steps use these and do not look the name up again, so that it cannot mean
 * something else by then.
 * @throws FluxError FLUX_E_EGRESS_ADDRESS when there is none
 */
export async function checkedAddresses(target: Target, resolve: Lookup): Promise<string[]> {
  const literal = literalAddress(target.host);
  const addresses = literal ? [literal] : await resolve(target.host);
  const loopback = isLoopbackName(target.host);
  const kinds = addresses.map((address) => ({ address, kind: addressKind(address) }));
  const usable = kinds.filter(({ kind }) => kind === 'public' || (kind === 'loopback' && loopback));
  if (usable.length === 0) {
    const first = kinds[0];
    if (!first) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
    throw forbiddenAddress(target, first.address, first.kind === 'loopback');
  }
  return usable.map(({ address }) => address);
}

async function resolveAny(target: Target, resolve: Lookup): Promise<readonly string[]> {
  const literal = literalAddress(target.host);
  return literal ? [literal] : resolve(target.host);
}

/** Connects to the first address that answers. @throws FluxError, or the error of the network */
export async function connectTcp(
  target: Target,
  { lookup: resolve, timeoutMs, signal, trusted }: ConnectOptions,
): Promise<Socket> {
  const deadline = performance.now() + timeoutMs;
  const addresses = await withTimeout(
    trusted ? resolveAny(target, resolve) : checkedAddresses(target, resolve),
    {
      target,
      timeoutMs,
      what: 'cannot be found: the DNS server did not answer in time',
    },
  );
  let failure: unknown;
  for (const [index, address] of addresses.entries()) {
    const left = (deadline - performance.now()) / (addresses.length - index);
    try {
      return await connectAddress(address, target, { timeoutMs: Math.max(left, 1), signal });
    } catch (error) {
      failure = error;
      signal?.throwIfAborted();
    }
  }
  throw failure;
}

function connectAddress(
  address: string,
  target: Target,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal | undefined },
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const socket = connectSocket({ host: address, port: target.port, noDelay: true, keepAlive: true });
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.off('error', fail);
      socket.off('connect', connected);
    };
    const fail = (error: unknown) => {
      settle();
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const abort = () => fail(signal?.reason);
    const timer = setTimeout(
      () => fail(egressTimeout(targetText(target), 'did not accept the connection in time')),
      timeoutMs,
    );
    signal?.addEventListener('abort', abort, { once: true });
    const connected = () => {
      settle();
      resolve(socket);
    };
    socket.once('error', fail);
    socket.once('connect', connected);
  });
}

/** Makes a TLS connection over one that exists. @throws the error of the handshake */
export function startTls(
  socket: Socket,
  {
    target,
    tls,
    timeoutMs,
    alpn,
  }: { target: Target; tls: EgressGrant['tls']; timeoutMs: number; alpn?: readonly string[] },
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = connectTls({
      socket,
      host: target.host.replace(/^\[|\]$/g, ''),
      servername: literalAddress(target.host) ? '' : target.host,
      minVersion: 'TLSv1.2',
      ...(alpn ? { ALPNProtocols: [...alpn] } : {}),
      // In addition to the known authorities, as Flux does.
      ...(tls?.ca === undefined ? {} : { ca: [...getCACertificates('default'), tls.ca] }),
      ...(tls?.insecureSkipVerify ? { rejectUnauthorized: false } : {}),
      ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
      ...(tls?.key === undefined ? {} : { key: tls.key }),
    });
    const settle = () => {
      clearTimeout(timer);
      secure.off('error', fail);
      secure.off('close', ended);
    };
    const fail = (error: unknown) => {
      settle();
      secure.on('error', () => {});
      secure.destroy();
      socket.destroy();
      reject(error);
    };
    const ended = () => fail(new Error('it was closed during the TLS handshake'));
    const timer = setTimeout(
      () => fail(egressTimeout(targetText(target), 'did not finish the TLS handshake in time')),
      timeoutMs,
    );
    secure.once('error', fail);
    secure.once('close', ended);
    secure.once('secureConnect', () => {
      settle();
      resolve(secure);
    });
  });
}

async function withTimeout<T>(
  work: Promise<T>,
  { target, timeoutMs, what }: { target: Target; timeoutMs: number; what: string },
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(egressTimeout(targetText(target), what)), timeoutMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
