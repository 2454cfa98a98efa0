import {
  constantTimeEqual,
  decodeHex,
  type HashAlgorithm,
  hmac,
  PluginError,
} from '@flux-host/sdk/typescript';

/** What a signature is checked with. */
export interface Signed {
  readonly body: Uint8Array;
  readonly key: Uint8Array;
  /** e.g. `X-Signature`, for messages. */
  readonly header: string;
}

function isAlgorithm(name: string): name is HashAlgorithm {
  return name === 'sha1' || name === 'sha256' || name === 'sha512';
}

/**
 * Checks a signature of the form `sha256=<hex>`.
 * @throws PluginError unless it is the HMAC of the body
 */
export function checkSignature(signature: string | undefined, { body, key, header }: Signed): void {
  if (!signature) throw new PluginError(`the ${header} header is missing: the request is not signed`);
  const equals = signature.indexOf('=');
  const algorithm = signature.slice(0, Math.max(equals, 0));
  if (!isAlgorithm(algorithm)) {
    throw new PluginError(`the ${header} header is invalid`, {
      hint: 'it has the form sha256=<hex>, or sha1 or sha512',
    });
  }
  if (!constantTimeEqual(bytesOf(signature.slice(equals + 1)), hmac(algorithm, key, body))) {
    throw new PluginError(`the signature in the ${header} header is not that of this body`, {
      hint: 'the sender has to sign with the token in the Secret of the Receiver',
    });
  }
}

/** Empty for what is not hexadecimal, so that it equals no signature. */
function bytesOf(hex: string): Uint8Array {
  try {
    return decodeHex(hex);
  } catch {
    return new Uint8Array();
  }
}
