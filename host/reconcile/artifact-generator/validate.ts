import type { ArtifactGenerator } from '@flux-host/crds/source-extensions/artifact-generator.ts';
import { invalidSpec } from './errors.ts';

/** @throws FluxError, terminal, in the words of Flux */
export function validateSpec(
  { spec, metadata }: ArtifactGenerator,
  { noCrossNamespaceRefs }: { noCrossNamespaceRefs: boolean },
): void {
  const aliases = new Set<string>();
  for (const { alias, kind, name, namespace } of spec.sources) {
    if (aliases.has(alias)) throw invalidSpec(`duplicate source alias '${alias}' found`);
    aliases.add(alias);
    if (noCrossNamespaceRefs && namespace && namespace !== metadata.namespace) {
      const source = `${kind}/${namespace}/${name}`;
      throw invalidSpec(`cross-namespace reference to source ${source} is not allowed`, 'AccessDenied');
    }
  }
  const names = new Set<string>();
  for (const { name, revision } of spec.artifacts) {
    if (names.has(name)) throw invalidSpec(`duplicate artifact name '${name}' found`);
    names.add(name);
    const alias = revision?.slice(1);
    if (alias && !aliases.has(alias)) {
      throw invalidSpec(`artifact ${name} revision source alias '${alias}' not found`);
    }
  }
}
