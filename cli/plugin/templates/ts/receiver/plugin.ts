import { constantTimeEqual, defineReceiver, encodeHex, hmac, PluginError } from '@flux-host/sdk/typescript';

/** Takes webhooks that are signed with HMAC-SHA256 when the Secret has a token to check them with. */
export default defineReceiver({
  name: 'my-plugin',
  // The plugin has to see the token, because it computes the signature itself.
  requests: { secretKeys: ['token'], memory: '32Mi', timeout: '5s' },
  receive({ body, header, json, secret }) {
    const signature = header('x-signature');
    if (signature !== undefined) {
      const expected = `sha256=${encodeHex(hmac('sha256', secret.require('token'), body))}`;
      if (!constantTimeEqual(signature, expected)) {
        throw new PluginError('the signature is not right', { terminal: true });
      }
    } else if (secret.has('token')) {
      throw new PluginError('the webhook is not signed', {
        hint: 'send the header X-Signature',
        terminal: true,
      });
    }
    // `event` is compared with spec.events of the Receiver; `payload` is `req` of its filters.
    return { event: header('x-event') ?? 'push', payload: json() };
  },
});
