import { constantTimeEqual, PluginError, type Webhook } from '@flux-host/sdk/typescript';

/**
 * Checks that a header is the token itself.
 * @throws PluginError when it is not
 */
export function checkTokenHeader(webhook: Webhook<'token'>, header: string): void {
  const token = webhook.secret.bytes('token') ?? new Uint8Array();
  if (constantTimeEqual(webhook.header(header) ?? '', token)) return;
  throw new PluginError(`the ${header} header value does not match the receiver token`, {
    hint: 'the sender has to send the token in the Secret of the Receiver',
  });
}
