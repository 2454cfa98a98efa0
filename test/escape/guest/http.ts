import type { HttpRequest, TcpRequest } from '@flux-host/sdk/contract/host-functions.ts';
import type { AttackOptions, Cage } from './cage.ts';
import { buffer, type Step, step } from './program.ts';

/** What a plugin was answered: a response without its body, or the failure. */
export interface Answered {
  readonly status?: number;
  /** Of the failure; empty when there was none. */
  readonly code: string;
  readonly message: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly url?: string;
}

/** Asks over HTTP, and takes the answer. */
export function asking(request: HttpRequest, body?: string): Step[] {
  return [
    step('flux.flux_http_open', JSON.stringify(request), ...(body === undefined ? [0, 0] : [body])),
    step('flux.flux_answer', buffer, 0x20000),
  ];
}

function connecting(request: TcpRequest): Step[] {
  return [step('flux.flux_tcp_open', JSON.stringify(request)), step('flux.flux_answer', buffer, 0x20000)];
}

/** One request of a hostile plugin. */
export async function ask(
  cage: Cage,
  request: HttpRequest,
  { body, ...options }: AttackOptions & { readonly body?: string } = {},
): Promise<Answered> {
  return answered((await cage.attack(asking(request, body), { dump: -1, ...options })).text);
}

/** One raw connection of a hostile plugin. */
export async function connect(
  cage: Cage,
  request: TcpRequest,
  options: AttackOptions = {},
): Promise<Answered> {
  return answered((await cage.attack(connecting(request), { dump: -1, ...options })).text);
}

/** One request, and the beginning of its response's body. */
export async function take(cage: Cage, request: HttpRequest, options: AttackOptions = {}): Promise<string> {
  const steps = [
    step('flux.flux_http_open', JSON.stringify(request), 0, 0),
    step('flux.flux_http_read', 1, buffer, 0x20000),
  ];
  return (await cage.attack(steps, { dump: -1, ...options })).text;
}

function answered(text: string): Answered {
  const value: unknown = JSON.parse(text);
  return { code: '', message: '', ...(typeof value === 'object' ? value : {}) };
}
