import type { HttpSave, HttpSaved } from '../../../contract/host-functions.ts';
import { TextDecoder, TextEncoder } from '../globals/text.ts';
import { type Body, bodyOf, joined } from './body.ts';
import { Headers } from './headers.ts';

type Init = { readonly status?: number; readonly headers?: ConstructorParameters<typeof Headers>[0] };
type Content = string | ArrayBuffer | Uint8Array | null;

function bytesOf(content: Content): Uint8Array<ArrayBuffer> {
  if (content === null) return new Uint8Array(0);
  return typeof content === 'string'
    ? new TextEncoder().encode(content)
    : Uint8Array.from(new Uint8Array(content));
}

/** What a server answered. */
export class Response {
  readonly status: number;
  readonly headers: Headers;
  readonly url: string;
  #body: Body;
  #used = false;

  constructor(
    content: Content = null,
    { status = 200, headers }: Init = {},
    from?: { body: Body; url: string },
  ) {
    this.status = status;
    this.headers = new Headers(headers);
    this.url = from?.url ?? '';
    this.#body = from?.body ?? bodyOf(bytesOf(content));
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get bodyUsed(): boolean {
    return this.#used;
  }

  #take(): Body {
    if (this.#used) throw new TypeError('the body of the response was read already');
    this.#used = true;
    return this.#body;
  }

  get body() {
    const take = () => this.#take();
    return {
      async *[Symbol.asyncIterator]() {
        const body = take();
        try {
          for (let part = body.next(); part.length > 0; part = body.next()) yield part;
        } finally {
          body.close();
        }
      },
      cancel: async () => take().close(),
    };
  }

  /** See globals.d.ts. */
  async save(path: string, options: Omit<HttpSave, 'path'> = {}): Promise<HttpSaved> {
    const body = this.#take();
    if (!body.save) throw new TypeError('only what came over the network can be saved');
    return body.save({ ...options, path });
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return joined(this.#take());
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.bytes();
    return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
}
