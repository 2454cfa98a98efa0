import { decodeBase64, decodeUtf8 } from './encoding.ts';
import { PluginError } from './plugin-error.ts';

/** The granted keys of the Secret that the object refers to. */
export interface Secret<Key extends string = string> {
  has(key: Key): boolean;
  /** The value as text; undefined when the Secret has no such key, or the key was not granted. */
  get(key: Key): string | undefined;
  /** The value as bytes; undefined as with {@link get}. */
  bytes(key: Key): Uint8Array<ArrayBuffer> | undefined;
  /**
   * The value as text.
   * @throws PluginError that names the missing key
   */
  require(key: Key): string;
}

/** @param data base64 by key, as the contract has it */
export function secretOf(data: Readonly<Record<string, string>> = {}): Secret {
  const values = new Map(Object.entries(data));
  const bytes = (key: string) => {
    const value = values.get(key);
    return value === undefined ? undefined : decodeBase64(value);
  };
  const get = (key: string) => {
    const value = bytes(key);
    return value === undefined ? undefined : decodeUtf8(value);
  };
  return {
    has: (key) => values.has(key),
    get,
    bytes,
    require(key) {
      const value = get(key);
      if (value !== undefined) return value;
      throw new PluginError(`the key "${key}" is missing in the Secret, or was not granted to this plugin`, {
        reason: 'SecretKeyMissing',
        hint: `add "${key}" to the Secret, and to requests.secretKeys in the plugin`,
        terminal: true,
      });
    },
  };
}
