import { toYaml } from './yaml.ts';

/** One document of a YAML stream. */
export function yamlDocument(object: unknown): string {
  return `---\n${toYaml(object)}`;
}
