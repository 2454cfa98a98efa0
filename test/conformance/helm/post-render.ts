import { join } from 'node:path';
import { openPlugin } from '@flux-host/sdk/testing';
import { root } from '../../../scripts/paths.ts';
import { yaml } from './yaml.ts';

/** What the kustomize plugin makes of a stream, asked as the host asks it for `spec.postRenderers`. */
export async function kustomised(input: {
  readonly renderedManifests?: string;
  readonly images?: string;
  readonly patches?: string;
}): Promise<string> {
  const plugin = await openPlugin(join(root, '.build/plugins/kustomize.wasm'));
  try {
    const [images, patches] = [yaml(input.images), yaml(input.patches)];
    const { output, failure } = await plugin.run({
      operation: 'build',
      request: { path: '', spec: { ...(images ? { images } : {}), ...(patches ? { patches } : {}) } },
      files: {
        'kustomization.yaml': 'resources:\n  - helm-output.yaml\n',
        'helm-output.yaml': input.renderedManifests ?? '',
      },
    });
    if (failure) throw new Error(failure.message);
    return String(Object(output).resources);
  } finally {
    await plugin.close();
  }
}
