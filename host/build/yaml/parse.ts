import { loadAll } from 'js-yaml';
import { kubernetesSchema } from './schema.ts';

/**
 * Parses one YAML document (the first of several) as sigs.k8s.io/yaml does: the last of two equal keys wins. Aliases are few in what a builder
 * renders; their number is bounded, because what they expand to is not.
 * @returns null for an empty document
 * @throws YAMLException with the line
 */
export function parseYaml(text: string): unknown {
  const [document] = loadAll(text, { schema: kubernetesSchema, json: true, maxDepth: 500, maxAliases: 16 });
  return document ?? null;
}
