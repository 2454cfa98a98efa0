import { buildObjects } from '../../build/build.ts';
import { openCheckout } from '../../build/checkout.ts';
import { findKustomization } from '../../build/find.ts';
import { buildRecursively } from '../../build/recursive.ts';
import { usageError } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { kustomization } from '../../kinds/kustomization.ts';
import { toYaml } from '../../output/yaml.ts';
import { completeNames } from '../by-kind.ts';
import { buildFlags } from './flags.ts';
import { kustomizationName, nestingFrom, settingsFrom, withEngine } from './settings.ts';

async function run(invocation: Invocation): Promise<void> {
  const { flags, io, namespace, signal } = invocation;
  const key = { namespace, name: kustomizationName(invocation) };
  const checkout = await openCheckout(flags.text('path'), io.cwd);
  const file = flags.text('kustomization-file');
  const isDryRun = flags.is('dry-run');
  if (isDryRun && !file) throw usageError('dry-run mode requires a kustomization file');
  const nesting = nestingFrom(invocation);
  const client = isDryRun ? undefined : (await invocation.cluster()).client;
  const found = await findKustomization({ key, file, cwd: io.cwd, signal, ...(client && { client }) });
  await withEngine(invocation, async (engine) => {
    const settings = settingsFrom(invocation, engine, client);
    const objects = flags.is('recursive')
      ? await buildRecursively(found, checkout, { settings, nesting })
      : await buildObjects(found, checkout, settings);
    for (const object of objects) io.out(`${toYaml(object)}---\n`);
  });
}

/** `flux build kustomization` */
export const buildKustomization: Command = {
  name: 'kustomization',
  aliases: ['ks'],
  short: 'Build Kustomization',
  long: `The build command queries the Kubernetes API and fetches the specified Flux Kustomization.
It then uses the fetched in cluster flux kustomization to perform needed transformation on the local kustomization.yaml
pointed at by --path. The local kustomization.yaml is generated if it does not exist. Finally it builds the overlays using the local kustomization.yaml, and write the resulting multi-doc YAML to stdout.

It is possible to specify a Flux kustomization file using --kustomization-file.`,
  example: `# Build the local manifests as they were built on the cluster
flux build kustomization my-app --path ./path/to/local/manifests

# Build using a local flux kustomization file
flux build kustomization my-app --path ./path/to/local/manifests --kustomization-file ./path/to/local/my-app.yaml

# Build in dry-run mode without connecting to the cluster.
# Note that variable substitutions from Secrets and ConfigMaps are skipped in dry-run mode.
flux build kustomization my-app --path ./path/to/local/manifests \\
	--kustomization-file ./path/to/local/my-app.yaml \\
	--dry-run

# Exclude files by providing a comma separated list of entries that follow the .gitignore pattern fromat.
flux build kustomization my-app --path ./path/to/local/manifests \\
	--kustomization-file ./path/to/local/my-app.yaml \\
	--ignore-paths "/to_ignore/**/*.yaml,ignore.yaml"

# Run recursively on all encountered Kustomizations
flux build kustomization my-app --path ./path/to/local/manifests \\
	--recursive \\
	--local-sources GitRepository/flux-system/my-repo=./path/to/local/git`,
  flags: {
    path: { type: 'string', about: 'Path to the manifests location.' },
    'dry-run': { type: 'bool', about: 'Dry run mode.' },
    recursive: { type: 'bool', short: 'r', about: 'Recursively build Kustomizations' },
    ...buildFlags,
  },
  run,
  complete: completeNames(kustomization),
};
