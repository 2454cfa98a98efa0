import { controlPlane } from './setup/control-plane.ts';
import { goPlugin } from './setup/go-plugin.ts';
import { hostBundle } from './setup/host-bundle.ts';
import { tsPlugins } from './setup/ts-plugins.ts';
import type { Step } from './steps.ts';

/** The process itself. */
export const host: readonly Step[] = [hostBundle];

/** The first-party plugins as Wasm modules in `.build/plugins/`. */
export const plugins: readonly Step[] = [
  goPlugin({ name: 'git', usually: '1 min', usesMounts: true }),
  // With the tag it makes one build while it starts, so that every table is there in the snapshot.
  goPlugin({ name: 'kustomize', usually: '2 min', tags: ['prewarm'] }),
  goPlugin({ name: 'helm', usually: '2 min', usesMounts: true }),
  goPlugin({ name: 'decryptor-pgp', usually: '30 s' }),
  tsPlugins,
];

/** A Kubernetes control plane in one binary: `.build/local/kubebox`. */
export const localCluster: readonly Step[] = [controlPlane];
