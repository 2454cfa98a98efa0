import { parseComponents } from '@flux-host/deploy/install/components.ts';
import { type InstallOptions, logLevels } from '@flux-host/deploy/install/options.ts';
import { usageError } from '../../command/errors.ts';
import type { Invocation } from '../../command/types.ts';
import { version } from '../../version.ts';

/** Name of the image below its registry. */
const imageName = 'flux-host';

/** @throws FluxError when flags do not go together or ask for what this version does not have */
export function installOptions({ flags, namespace }: Invocation): InstallOptions {
  const components = parseComponents([...flags.list('components'), ...flags.list('components-extra')]);
  const wanted = flags.text('version');
  const credentials = flags.text('registry-creds');
  const imagePullSecret = flags.text('image-pull-secret');
  const registry = flags.text('registry');
  const logLevel = logLevels.find((level) => level === flags.text('log-level'));
  if (credentials && !imagePullSecret) {
    throw usageError('--registry-creds requires --image-pull-secret to be set');
  }
  if (credentials && credentials.split(':').length !== 2) {
    throw usageError("invalid --registry-creds format, expected 'user:password'");
  }
  if (wanted && wanted !== version && wanted !== 'latest') {
    if (!wanted.startsWith('v')) throw usageError(`targeted version '${wanted}' must be prefixed with 'v'`);
    throw usageError(
      `targeted version '${wanted}' is not compatible with your current version of flux (${version})`,
      'use the flux command of that version',
    );
  }
  return {
    version,
    image: imageName,
    namespace,
    components,
    networkPolicy: flags.is('network-policy'),
    clusterDomain: flags.text('cluster-domain'),
    watchAllNamespaces: flags.is('watch-all-namespaces'),
    tolerationKeys: flags.list('toleration-keys'),
    ...(logLevel && { logLevel }),
    ...(registry && { registry }),
    ...(imagePullSecret && { imagePullSecret }),
  };
}
