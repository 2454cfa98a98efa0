import type { HostFailure } from '@flux-host/sdk/contract/host-functions.ts';
import type { PluginRequests } from '@flux-host/sdk/contract/manifest.ts';
import { FluxError } from '../errors/flux-error.ts';
import type { Egress } from './egress/egress.ts';
import { noCapability } from './egress/errors.ts';
import { type HttpService, httpService } from './http-service.ts';
import type { Answer, Notice, Request } from './protocol.ts';
import { type TcpService, tcpService } from './tcp-service.ts';
import type { EgressGrant, PluginCall } from './types.ts';
import type { CallServices, Push } from './worker.ts';

const nowhere: EgressGrant = { allow: [] };

interface CallServicesOptions {
  readonly call: PluginCall;
  readonly number: number;
  readonly egress: Egress;
  readonly push: Push;
  /** The plugin waits for the network, or no longer does. */
  onBlocked(blocked: boolean): void;
}

/** Serves one call: whatever it asks of the network goes through one session, which ends with it. */
export function callServices({ call, number, egress, push, onBlocked }: CallServicesOptions): CallServices {
  const session = egress.session(call.egress ?? nowhere);
  const http = httpService(session);
  const tcp = tcpService(session, { call: number, push });
  const { name, requests } = call.plugin.manifest;
  const granted = call.egress?.capabilities;
  const allowed = (requests.capabilities ?? []).filter((one) => granted?.includes(one) ?? true);
  let closed = false;
  let pending = 0;
  const changed = (by: number) => {
    pending += by;
    onBlocked(pending > 0 || tcp.open > 0);
  };
  return {
    request(id, request) {
      changed(1);
      serve(request, { http, tcp, allowed, name }).then(
        (value) => {
          if (closed) return;
          changed(-1);
          const transfer =
            value instanceof Uint8Array && value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
          push({ type: 'answer', call: number, id, value }, transfer);
        },
        (error: unknown) => {
          if (closed) return;
          changed(-1);
          push({ type: 'failure', call: number, id, failure: hostFailure(error) });
        },
      );
    },
    notice(notice: Notice) {
      if (notice.op === 'http-close') http.close(notice.handle);
      else tcp.notice(notice);
    },
    close() {
      closed = true;
      http.closeAll();
      tcp.closeAll();
      session.close();
    },
  };
}

interface Services {
  readonly http: HttpService;
  readonly tcp: TcpService;
  /** Capabilities that were requested and granted. */
  readonly allowed: NonNullable<PluginRequests['capabilities']>;
  readonly name: string;
}

async function serve(request: Request, { http, tcp, allowed, name }: Services): Promise<Answer> {
  const capability = request.op === 'tcp-open' ? 'tcp' : 'http';
  if (!allowed.includes(capability)) throw noCapability(name, capability);
  switch (request.op) {
    case 'http-open':
      return http.open(request.request, request.body);
    case 'http-write':
      return http.write(request.handle, request.data);
    case 'http-response':
      return http.response(request.handle);
    case 'http-read':
      return http.read(request.handle);
    case 'http-check':
      http.check(request.handle, request.check);
      return 0;
    case 'http-checked':
      return http.checked(request.handle);
    case 'tcp-open':
      return tcp.connect(request.request);
  }
}

/** What a plugin is told about an error. */
export function hostFailure(error: unknown): HostFailure {
  if (!(error instanceof FluxError)) {
    return { code: 'FLUX_E_EGRESS_BROKEN', message: error instanceof Error ? error.message : String(error) };
  }
  const { code, message, hint, terminal, retryAfterMs } = error;
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(terminal ? { terminal } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(code === 'FLUX_E_EGRESS_TIMEOUT' ? { timeout: true } : {}),
  };
}
