import type { Install } from './options.ts';

/** Name of our Deployment, its ServiceAccount and the `app` label of its pods. */
export const appName = 'flux-host';

/** The labels that `flux check`, `flux uninstall` and dashboards find an installation by. */
export function labels(install: Install, component?: string): Record<string, string> {
  return {
    'app.kubernetes.io/instance': install.namespace,
    'app.kubernetes.io/part-of': 'flux',
    'app.kubernetes.io/version': install.version,
    ...(component ? { 'app.kubernetes.io/component': component } : {}),
  };
}
