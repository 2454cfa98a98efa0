import { load } from 'js-yaml';
import { invalid } from '../notifier-common/failure.ts';
import { isFields } from '../notifier-common/json.ts';

/**
 * Reads the entry `headers` of the Secret, a YAML map.
 * @returns undefined when it is empty
 * @throws PluginError without its content, which is secret
 */
export function attributesOf(text: string | undefined): Record<string, string> | undefined {
  const value = text === undefined ? null : parsed(text);
  if (value === null || value === undefined) return undefined;
  if (!isFields(value)) throw invalid('failed to read headers from secret: it is no YAML map');
  const entries = Object.entries(value).map(([key, content]) => [key, String(content)] as const);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function parsed(text: string): unknown {
  try {
    return load(text);
  } catch {
    throw invalid('failed to read headers from secret: it is no YAML');
  }
}
