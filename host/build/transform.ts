import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plugins } from '../plugins/types.ts';
import { checkAnswer } from './answer.ts';
import { unexpectedAnswer } from './errors.ts';
import type { BuildRequest } from './types.ts';

/** The builder that knows every field of the spec itself. */
export const kustomize = 'kustomize';

const namespaceField = 'targetNamespace';
/** Applied once: other builders are not told of them. */
const otherFields = ['namePrefix', 'nameSuffix', 'patches', 'images'] as const;

/** The fields of a Kustomization's spec that change the objects of any builder. */
export function transformsOf({
  plugin,
  spec,
}: Pick<BuildRequest, 'plugin' | 'spec'>): Record<string, unknown> {
  if (plugin === kustomize) return {};
  const wanted = new Set<string>([namespaceField, ...otherFields]);
  return Object.fromEntries(
    Object.entries(spec).filter(([field, value]) => wanted.has(field) && !isEmpty(value)),
  );
}

/** What of the spec a builder is told: not what the host does afterwards. */
export function withoutTransforms(plugin: string, spec: Record<string, unknown>): Record<string, unknown> {
  if (plugin === kustomize) return spec;
  const hidden = new Set<string>(otherFields);
  return Object.fromEntries(Object.entries(spec).filter(([field]) => !hidden.has(field)));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/**
 * Does to the objects of another builder what the spec says, as the kustomize plugin does it to its own.
 * @returns YAML, and the digest of the module that made it
 */
export async function transform(
  plugins: Pick<Plugins, 'call'>,
  { tenant, signal, timeoutMs, ...request }: BuildRequest,
  resources: string,
): Promise<{ resources: string; digest: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'flux-host-transform-'));
  try {
    await writeFile(join(dir, 'kustomization.yaml'), 'resources:\n  - resources.yaml\n');
    await writeFile(join(dir, 'resources.yaml'), resources);
    const { output, digest } = await plugins.call<unknown>({
      kind: 'builder',
      type: kustomize,
      operation: 'build',
      namespace: tenant,
      mounts: { '/in': dir },
      input: { path: '', spec: transformsOf(request) },
      signal,
      ...(timeoutMs === undefined ? {} : { limits: { timeoutMs } }),
    });
    const answer = checkAnswer(kustomize, output);
    if ('resources' in answer) return { resources: answer.resources, digest };
    throw unexpectedAnswer(request.plugin, `its objects refer to remote bases: ${answer.remotes.join(', ')}`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
