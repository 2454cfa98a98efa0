import { FAILSAFE_SCHEMA, load } from 'js-yaml';

/**
 * Parses YAML with every scalar as text: all that is needed of an index is text, and a version 1.10 must not become 1.1.
 * @throws YAMLException
 */
export function parseTexts(text: string): unknown {
  return text.trim() === ''
    ? null
    : load(text, { schema: FAILSAFE_SCHEMA, json: true, maxDepth: 100, maxAliases: 16 });
}
