import { createServer } from 'node:http';

/** A chat that takes messages as Slack's webhooks do. */
export interface Chat {
  readonly url: string;
  /** Waits for a message that the text is part of, and gives its author and text. */
  heard(text: string, timeoutMs: number): Promise<{ author: string; text: string }>;
  close(): Promise<void>;
}

interface Message {
  readonly attachments?: readonly {
    readonly author_name?: string;
    readonly text?: string;
    readonly fields?: unknown;
  }[];
}

export async function startChat(): Promise<Chat> {
  const messages: Message[] = [];
  let tell = () => {};
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    messages.push(JSON.parse(Buffer.concat(pieces).toString()));
    response.end('ok');
    tell();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/hooks/deployments`,
    async heard(text, timeoutMs) {
      const limit = AbortSignal.timeout(timeoutMs);
      for (;;) {
        const found = messages.find((message) => JSON.stringify(message).includes(text));
        const attachment = found?.attachments?.[0];
        if (attachment) return { author: attachment.author_name ?? '', text: attachment.text ?? '' };
        await new Promise<void>((resolve, reject) => {
          tell = resolve;
          limit.addEventListener('abort', () => reject(new Error(`nothing in the chat about ${text}`)), {
            once: true,
          });
        });
      }
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
