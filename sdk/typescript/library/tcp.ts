import type { TcpRequest, TcpResponse } from '../../contract/host-functions.ts';
import { native } from '../runtime/native.ts';

/** A connection through the host. Every function blocks until it is done. */
export interface TcpConnection {
  /** Address and port of the other side, e.g. `[2001:db8::1]:22`. */
  readonly remote: string;
  /** What the server said before TLS started, where the request asked for it. */
  readonly greeting: string | undefined;
  /**
   * What has arrived, at most `length` bytes (default 64 KiB); waits for something. Empty at the end.
   * @throws HostError, with `timeout` when nothing came in time
   */
  read(options?: { readonly length?: number; readonly timeoutMs?: number }): Uint8Array<ArrayBuffer>;
  /** @throws HostError */
  write(bytes: Uint8Array): void;
  close(): void;
}

/** Connections; the plugin has to request the capability `tcp` and the host and port. */
export const tcp = {
  /** @throws HostError when the host was not granted or does not answer */
  connect(request: TcpRequest): TcpConnection {
    const { handle, remote, greeting }: TcpResponse = JSON.parse(native.tcpOpen(JSON.stringify(request)));
    return {
      remote,
      greeting,
      read: ({ length = 65_536, timeoutMs = -1 } = {}) => native.tcpRead(handle, length, timeoutMs),
      write(bytes) {
        for (let at = 0; at < bytes.length; ) at += native.tcpWrite(handle, bytes.subarray(at));
      },
      close: () => native.tcpClose(handle),
    };
  },
} as const;
