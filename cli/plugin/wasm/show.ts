import type { RecordedRequest, RunFailure } from '@flux-host/sdk/testing';

/** A request for people: the line, its headers, its body, JSON laid out. */
export function requestText({ method, url, headers, body }: RecordedRequest): string {
  const lines = Object.entries(headers)
    .filter(([name]) => name !== 'content-length')
    .map(([name, value]) => `  ${name}: ${value}`);
  return `${[`${method} ${url}`, ...lines, ...bodyLines(body)].join('\n')}\n`;
}

function bodyLines(body: string): string[] {
  if (body === '') return [];
  const text = laidOut(body);
  return ['', ...text.split('\n').map((line) => `  ${line}`)];
}

function laidOut(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** A request as data, for a file. */
export function requestData({ method, url, headers, body }: RecordedRequest): object {
  return { method, url, headers, body };
}

/** What a plugin says that went wrong, and what the host makes of it. */
export function failureText({ code, message, reason, hint, terminal, retryAfterMs }: RunFailure): string {
  const facts = [
    code,
    ...(reason ? [`reason ${reason}`] : []),
    terminal ? 'not tried again' : 'tried again later',
    ...(retryAfterMs === undefined ? [] : [`after ${retryAfterMs} ms`]),
  ];
  return `${message}${hint ? ` (hint: ${hint})` : ''} [${facts.join(', ')}]`;
}
