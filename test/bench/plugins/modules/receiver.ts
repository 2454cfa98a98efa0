import { constantTimeEqual, decodeHex, defineReceiver, hmac, PluginError } from '@flux-host/sdk/typescript';

/** Checks the signature of a webhook and reads it. */
export default defineReceiver({
  name: 'bench-receiver',
  version: '1.0.0',
  description: 'Checks an HMAC',
  requests: { secretKeys: ['token'] },
  receive({ body, header, secret, json }) {
    const signature = header('x-signature')?.replace('sha256=', '') ?? '';
    const expected = hmac('sha256', secret.bytes('token') ?? '', body);
    if (!constantTimeEqual(expected, decodeHex(signature))) {
      throw new PluginError('the signature is wrong', { terminal: true });
    }
    return { event: 'push', payload: json() };
  },
});
