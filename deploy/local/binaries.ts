import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buildDir } from '../../scripts/paths.ts';
import { binaryMissing } from './errors.ts';
import type { Layout } from './layout.ts';

/** Every component, in the order in which they start. */
export const componentNames = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kwok',
] as const;

/** Name of a process of the control plane. */
export type ComponentName = (typeof componentNames)[number];

const required: ReadonlySet<string> = new Set(['etcd', 'kube-apiserver']);

/**
 * Links the components' programs into the layout and says which there are. A program in
 * `KUBEBUILDER_ASSETS` (the habit of Kubernetes' envtest) wins over our own build; etcd and the API server
 * must exist, the others may be missing.
 * @throws FluxError FLUX_E_LOCAL_BINARY_MISSING
 */
export function linkBinaries(
  layout: Layout,
  options: { kubebox?: string; assets?: string | undefined } = {},
): readonly ComponentName[] {
  const kubebox = options.kubebox ?? join(buildDir, 'local', 'kubebox');
  const found: ComponentName[] = [];
  for (const name of componentNames) {
    const asset = options.assets ? join(options.assets, name) : undefined;
    const target = asset && existsSync(asset) ? asset : kubebox;
    rmSync(layout.binary(name), { force: true });
    if (existsSync(target)) {
      symlinkSync(target, layout.binary(name));
      found.push(name);
    } else if (required.has(name)) {
      throw binaryMissing(name, asset && !existsSync(kubebox) ? asset : target);
    }
  }
  return found;
}
