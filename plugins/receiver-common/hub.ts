import { decodeUtf8, PluginError, type Webhook } from '@flux-host/sdk/typescript';
import { checkSignature } from './signature.ts';

/**
 * Checks a webhook of GitHub's kind: JSON, or JSON in a form, signed with HMAC. Gitea, Forgejo and Bitbucket send the same.
 * @returns the JSON of a form; undefined where the body itself is JSON
 * @throws PluginError when it is not what the sender signed
 */
export function hubPayload(webhook: Webhook<'token'>): unknown {
  const { body } = webhook;
  const type = webhook.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type !== 'application/json' && type !== 'application/x-www-form-urlencoded') {
    throw new PluginError(`webhook request has unsupported Content-Type "${type}"`, {
      hint: 'choose application/json in the settings of the webhook',
    });
  }
  const sha256 = webhook.header('x-hub-signature-256');
  const header = sha256 === undefined ? 'X-Hub-Signature' : 'X-Hub-Signature-256';
  const signature = sha256 ?? webhook.header('x-hub-signature');
  checkSignature(signature, { body, header, key: webhook.secret.bytes('token') ?? new Uint8Array() });
  return type === 'application/json' ? undefined : formPayload(decodeUtf8(body));
}

function formPayload(form: string): unknown {
  const field = form.split('&').find((pair) => pair.startsWith('payload='));
  if (field === undefined) throw new PluginError('the form has no field "payload"');
  try {
    return JSON.parse(decodeURIComponent(field.slice('payload='.length).replaceAll('+', ' ')));
  } catch (cause) {
    throw new PluginError('the field "payload" of the form is not JSON', { cause });
  }
}
