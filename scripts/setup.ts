import { controlPlane } from './setup/control-plane.ts';
import { gitPlugin } from './setup/git-plugin.ts';
import { kustomizePlugin } from './setup/kustomize-plugin.ts';
import type { Step } from './steps.ts';

/** The first-party plugins as Wasm modules in `.build/plugins/`. */
export const plugins: readonly Step[] = [gitPlugin, kustomizePlugin];

/** A Kubernetes control plane in one binary: `.build/local/kubebox`. */
export const localCluster: readonly Step[] = [controlPlane];
