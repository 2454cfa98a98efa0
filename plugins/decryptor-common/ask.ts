import { HostError, PluginError } from '@flux-host/sdk/typescript';
import { isRecord } from './entry.ts';

/** A request to a key service. */
export interface KeyRequest {
  /** For messages, e.g. `AWS KMS`. */
  readonly service: string;
  readonly url: string;
  readonly method?: 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** What the service says about an error, in the text of its answer. */
  readonly errorIn: (answer: unknown, text: string) => string | undefined;
  readonly hints?: Readonly<Record<number, string>>;
}

const retryMs = 30_000;
const longestText = 300;
/** A key service answers in a few kilobytes. */
const mostCharacters = 64 * 1024;

/**
 * Sends a request and gives the text of its answer.
 * @throws PluginError; with `retryAfterMs` where another try can help
 */
export async function ask(request: KeyRequest): Promise<string> {
  const { service, url, method = 'POST', headers = {}, body } = request;
  let response: Response;
  try {
    response = await fetch(url, { method, headers, body, redirect: 'manual' });
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw new PluginError(`${service} cannot be reached: ${error.message}`, {
      ...(error.hint ? { hint: error.hint } : {}),
      retryAfterMs: error.retryAfterMs ?? retryMs,
    });
  }
  const text = (await response.text()).slice(0, mostCharacters);
  if (response.ok) return text;
  throw refused(request, response.status, text);
}

function refused({ service, errorIn, hints = {} }: KeyRequest, status: number, text: string): PluginError {
  const why = (errorIn(jsonOf(text), text) ?? 'without a reason').replace(/\s+/g, ' ').slice(0, longestText);
  const hint = hints[status];
  return new PluginError(`${service} refuses to decrypt: HTTP status ${status}: ${why}`, {
    ...(hint ? { hint } : {}),
    ...(status === 429 || status >= 500 ? { retryAfterMs: retryMs } : {}),
  });
}

/** The JSON object of an answer. @throws PluginError when it is none */
export function answerOf(service: string, text: string): Readonly<Record<string, unknown>> {
  const answer = jsonOf(text);
  if (isRecord(answer)) return answer;
  throw new PluginError(`${service} gives an answer that is no JSON object`, { retryAfterMs: retryMs });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
