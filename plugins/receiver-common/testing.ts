import { createHmac } from 'node:crypto';
import type { ReceiveRequest } from '@flux-host/sdk/contract/receiver.ts';
import { type OpenPlugin, openPlugin, type RunResult } from '@flux-host/sdk/testing/index.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** What a test sends; a body that is no text is sent as JSON. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly secret?: Readonly<Record<string, string>>;
  readonly oidcProviders?: ReceiveRequest['receiver']['oidcProviders'];
}

export const token = 'a-token';

/** A plugin in the sandbox for the tests of a file. */
export interface TestedPlugin {
  readonly plugin: OpenPlugin;
  send(sent: Sent): Promise<RunResult>;
  accepts(sent: Sent, answer?: object): Promise<void>;
  refuses(sent: Sent, message: RegExp): Promise<void>;
}

/** @param folder of the plugin, i.e. `import.meta.dirname` */
export async function testedPlugin(folder: string, type: string): Promise<TestedPlugin> {
  const plugin = await openPlugin(`${folder}/plugin.ts`);
  test.after(() => plugin.close());
  const send = ({ headers = {}, body = {}, claims, secret = { token }, oidcProviders }: Sent) => {
    const request: ReceiveRequest = {
      receiver: { namespace: 'apps', name: 'hook', type, ...(oidcProviders ? { oidcProviders } : {}) },
      method: 'POST',
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]]),
      ),
      body: Buffer.from(bytesOf(body)).toString('base64'),
      ...(claims ? { claims: { ...claims } } : {}),
    };
    return plugin.run({ request, secret });
  };
  return {
    plugin,
    send,
    async accepts(sent, answer = {}) {
      const { output, failure } = await send(sent);
      assert.is(failure?.message, undefined);
      assert.equal(output, answer);
    },
    async refuses(sent, message) {
      const { failure } = await send(sent);
      assert.is(failure?.code, 'FLUX_E_PLUGIN_FAILED', 'it was accepted, or the plugin broke down');
      assert.match(failure?.message ?? '', message);
    },
  };
}

export const bytesOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));

/** `sha256=<hex>` of a body. */
export function signatureOf(body: unknown, algorithm = 'sha256', key = token): string {
  return `${algorithm}=${createHmac(algorithm, key).update(bytesOf(body)).digest('hex')}`;
}
