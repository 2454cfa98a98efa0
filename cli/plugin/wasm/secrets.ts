import { createRedactor } from '@flux-host/host/observability/redact.ts';
import { usageError } from '../../command/errors.ts';
import { readInput } from './module.ts';

/** Entries of a Secret by key. */
export type SecretData = Readonly<Record<string, string>>;

/**
 * Reads `key=value` and `key=@file`.
 * @throws FluxError FLUX_E_CLI_USAGE, FLUX_E_CLI_FILE; the message never has the value
 */
export async function readSecrets(words: readonly string[], cwd: string): Promise<SecretData> {
  const entries = await Promise.all(
    words.map(async (word) => {
      const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
      if (!key) throw usageError('--secret has to be key=value, or key=@file to read the value from a file');
      if (!value.startsWith('@')) return [key, value] as const;
      return [key, (await readInput(value.slice(1), cwd)).toString('utf8')] as const;
    }),
  );
  return Object.fromEntries(entries);
}

/** Takes secrets out of what is printed, in every form that they may stand in. */
export function maskOf(secrets: SecretData): (text: string) => string {
  const values = Object.values(secrets)
    .map((value) => value.trim())
    .filter((value) => value !== '')
    .sort((a, b) => b.length - a.length);
  const redactor = createRedactor();
  for (const value of values) redactor.add(value);
  // The redactor leaves short values alone, since it does not know where they come from; here they were given as secrets.
  return (text) => values.reduce((masked, value) => masked.replaceAll(value, '*****'), redactor.redact(text));
}
