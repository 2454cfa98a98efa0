import { request } from 'node:https';

/** Where an API server is and how to prove who we are. */
export interface ApiAccess {
  readonly port: number;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  readonly token: string;
}

/** An HTTP answer; `body` is the parsed JSON, or the text when it is none. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * One request to the API server, for the few that the launcher itself needs. TLS is verified.
 * @throws Error when the server cannot be reached within 5 s
 */
export function callApi(access: ApiAccess, path: string, object?: object): Promise<ApiAnswer> {
  const payload = object && JSON.stringify(object);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: access.port,
        path,
        method: payload ? 'POST' : 'GET',
        ca: access.ca,
        agent: false,
        signal: AbortSignal.timeout(5000),
        headers: {
          authorization: `Bearer ${access.token}`,
          accept: 'application/json',
          ...(payload ? { 'content-type': 'application/json' } : {}),
        },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('error', reject);
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: parsed(text) }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
