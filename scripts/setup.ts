import { controlPlane } from './setup/control-plane.ts';
import { gitPlugin } from './setup/git-plugin.ts';
import { hostBundle } from './setup/host-bundle.ts';
import { kustomizePlugin } from './setup/kustomize-plugin.ts';
import type { Step } from './steps.ts';

/** The process itself. */
export const host: readonly Step[] = [hostBundle];

/** The first-party plugins as Wasm modules in `.build/plugins/`. */
export const plugins: readonly Step[] = [gitPlugin, kustomizePlugin];

/** A Kubernetes control plane in one binary: `.build/local/kubebox`. */
export const localCluster: readonly Step[] = [controlPlane];
