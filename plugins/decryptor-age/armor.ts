import { decodeBase64, PluginError } from '@flux-host/sdk/typescript';

const armor = /^\s*-----BEGIN AGE ENCRYPTED FILE-----([\s\S]*)-----END AGE ENCRYPTED FILE-----\s*$/;

/** The bytes of an age file in PEM armour, as SOPS keeps it. */
export function dearmored(text: string): Uint8Array {
  const body = armor.exec(text)?.[1];
  try {
    if (body !== undefined) return decodeBase64(body.replace(/\s+/g, ''));
  } catch {
    // Said below.
  }
  throw new PluginError('the wrapped data key is no armoured age file');
}
