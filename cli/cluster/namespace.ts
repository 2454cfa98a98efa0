import { usageError } from '../command/errors.ts';
import type { FlagValues } from '../command/types.ts';
import type { Io } from '../io.ts';

/** A DNS label (RFC 1123), as names of namespaces have to be. */
function isDnsLabel(text: string): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);
}

/**
 * The namespace to work in: `--namespace`, else that of the kubeconfig context where the user wants that, else
 * `FLUX_SYSTEM_NAMESPACE`, else flux-system.
 * @throws FluxError FLUX_E_CLI_USAGE when it is no DNS label
 */
export async function namespaceFrom(
  flags: FlagValues,
  io: Io,
  ofContext: () => Promise<string>,
): Promise<string> {
  if (!flags.given('namespace')) {
    if (flags.is('ns-follows-kube-context') || io.env['FLUX_NS_FOLLOWS_KUBE_CONTEXT']) {
      const namespace = await ofContext();
      if (namespace) return namespace;
    }
    const configured = io.env['FLUX_SYSTEM_NAMESPACE'];
    if (configured && isDnsLabel(configured)) return configured;
    if (configured) io.err(`⚠️  ignoring invalid FLUX_SYSTEM_NAMESPACE: ${JSON.stringify(configured)}\n`);
  }
  const namespace = flags.text('namespace');
  if (!isDnsLabel(namespace))
    throw usageError(`namespace must be a valid DNS label: ${JSON.stringify(namespace)}`);
  return namespace;
}
