import { PluginError } from '@flux-host/sdk/typescript';
import { load } from 'js-yaml';
import { isRecord } from './entry.ts';

/** Credentials of an entry of the decryption Secret: a YAML or JSON map. @throws PluginError that quotes nothing of it */
export function readCredentials(entry: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = load(textOf(bytes));
  } catch {
    // What the parser says shows the line.
  }
  if (isRecord(value)) return value;
  throw new PluginError(`the entry ${entry} of the decryption Secret is no YAML map`);
}

/** Files of Windows tools are UTF-16. */
function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) {
    const swapped = bytes.map((_, at) => bytes[at ^ 1] ?? 0);
    return new TextDecoder('utf-16le').decode(swapped);
  }
  return new TextDecoder().decode(bytes);
}
