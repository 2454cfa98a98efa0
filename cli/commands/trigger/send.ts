import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration } from '@flux-host/host/duration/duration.ts';
import type { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { errorText } from '@flux-host/host/errors/text.ts';
import type { Invocation } from '../../command/types.ts';
import type { HttpClient } from '../../http/client.ts';
import { triggerFailed } from './errors.ts';

export interface Webhook {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

/**
 * Worth another attempt. 404 is, because a path is known only once the Receiver has been reconciled.
 */
const passing = new Set([404, 408, 429, 500, 502, 503, 504]);

/** Posts until the webhook takes it, what may pass has been tried often enough, or something final is said. */
export async function send(
  webhook: Webhook,
  { flags, log, signal }: Pick<Invocation, 'flags' | 'log' | 'signal'>,
  http: HttpClient,
): Promise<void> {
  const retries = flags.number('retries');
  const delayMs = flags.milliseconds('retry-delay');
  for (let attempt = 0; ; attempt += 1) {
    const failure = await post(webhook, http, signal);
    if (!failure) return;
    if (!failure.passes || attempt >= retries) throw failure.error;
    log.waiting(
      `${failure.error.message}; retrying in ${formatDuration(delayMs)} (${attempt + 1}/${retries})`,
    );
    await sleep(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

interface Failure {
  readonly error: FluxError;
  readonly passes: boolean;
}

async function post(
  { url, headers, payload }: Webhook,
  http: HttpClient,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  try {
    const response = await http.send(url, { method: 'POST', headers, body: payload, signal });
    const text = (await response.text()).trim();
    if (response.status >= 200 && response.status < 300) return undefined;
    const said = `request to ${url} failed with status ${response.statusText}${text ? `: ${text}` : ''}`;
    return {
      error: triggerFailed(said, hintFor(response.status)),
      passes: passing.has(response.status),
    };
  } catch (error) {
    signal.throwIfAborted();
    return { error: triggerFailed(`request to ${url} failed: ${errorText(error)}`), passes: true };
  }
}

function hintFor(status: number): string | undefined {
  if (status === 404) {
    return 'the path is made of name, namespace and token: compare it with status.webhookPath of the Receiver';
  }
  if (status === 400 || status === 401) return 'does --type equal spec.type of the Receiver?';
  return undefined;
}
