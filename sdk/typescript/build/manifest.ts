import { contractVersion, kindExports, type PluginManifest } from '../../contract/manifest.ts';
import { checkManifest } from '../../module/manifest.ts';
import type { Description } from '../runtime/serve.ts';
import { badDefinition } from './errors.ts';
import type { Project } from './project.ts';

/**
 * The manifest of a plugin: what its definition says, and of package.json what it leaves out.
 * @throws BuildError FLUX_E_SDK_DEFINITION
 */
export function completeManifest(
  { manifest, operations }: Description,
  { project, entry }: { project: Project; entry: string },
): PluginManifest {
  const { name, description, version, license, source, provides, requests } = manifest;
  const from = { ...project, ...withoutUndefined({ description, version, license, repository: source }) };
  if (from.description === undefined || from.version === undefined) {
    const missing = from.description === undefined ? 'description' : 'version';
    throw badDefinition(entry, `it has no ${missing}`, `write it into the definition, or into package.json`);
  }
  if (provides.length === 0) throw badDefinition(entry, 'it provides nothing');
  const required = provides.flatMap(({ kind }) => kindExports[kind]);
  const absent = required.filter((operation) => !operations.includes(operation));
  if (absent.length > 0) throw badDefinition(entry, `it lacks ${absent.join(' and ')}`);
  try {
    return checkManifest({
      contract: contractVersion,
      name,
      version: from.version,
      description: from.description,
      ...withoutUndefined({ source: from.repository, license: from.license }),
      provides,
      requests,
    });
  } catch (error) {
    if (error instanceof TypeError) throw badDefinition(entry, error.message);
    throw error;
  }
}

function withoutUndefined(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
