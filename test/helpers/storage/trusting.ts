import { Agent, request } from 'undici';
import type { Certificates } from '../git/certificates.ts';

interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Sends requests to a server whose authority nobody else knows. */
export function trusting(certificates: Certificates | undefined) {
  const agent = new Agent(certificates ? { connect: { ca: certificates.ca } } : {});
  return async (url: URL, sent: Sent): Promise<{ status: number; text: string }> => {
    const answer = await request(url, {
      dispatcher: agent,
      method:
        sent.method === 'PUT' || sent.method === 'DELETE' || sent.method === 'POST' ? sent.method : 'GET',
      headers: { ...sent.headers, connection: 'close' },
      ...(sent.body === undefined ? {} : { body: sent.body }),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
}
