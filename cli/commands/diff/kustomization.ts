import { ApplyError } from '@flux-host/host/apply/errors.ts';
import { openCheckout } from '../../build/checkout.ts';
import { findKustomization } from '../../build/find.ts';
import { Exit, usageError } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { kustomization } from '../../kinds/kustomization.ts';
import { colourDifferences } from '../../output/colour.ts';
import { startSpinner } from '../../output/spinner.ts';
import { buildFlags } from '../build/flags.ts';
import { kustomizationName, nestingFrom, settingsFrom, withEngine } from '../build/settings.ts';
import { completeNames } from '../by-kind.ts';
import { exitCodes } from './exit-codes.ts';
import { diffKustomization, type KustomizationDiff } from './kustomization-diff.ts';

async function run(invocation: Invocation): Promise<void> {
  const { io } = invocation;
  const { text, hasChanges, failures } = await differencesFor(invocation);
  io.out(colourDifferences(text, io.terminals?.out));
  if (failures.length > 0) throw new ApplyError(failures, []);
  if (hasChanges) throw new Exit(exitCodes.changes, exitCodes.message);
}

async function differencesFor(invocation: Invocation): Promise<KustomizationDiff> {
  const { flags, io, namespace, signal } = invocation;
  const key = { namespace, name: kustomizationName(invocation) };
  const checkout = await openCheckout(flags.text('path'), io.cwd);
  const file = flags.text('kustomization-file');
  const ignoreNotFound = flags.is('ignore-not-found');
  if (ignoreNotFound && !file) {
    throw usageError(
      'kustomization file is required when assuming new kustomizations',
      'see --kustomization-file',
    );
  }
  const nesting = nestingFrom(invocation);
  const { client } = await invocation.cluster();
  const found = await findKustomization({ key, file, cwd: io.cwd, client, ignoreNotFound, signal });
  const spinner = startSpinner(
    'Kustomization diffing... running dry-run',
    flags.is('progress-bar') ? io : { err() {} },
  );
  try {
    return await withEngine(invocation, (engine) =>
      diffKustomization(found, checkout, {
        settings: settingsFrom(invocation, engine, client),
        client,
        progress: (text) => spinner.say(`Kustomization diffing... ${text}`),
        ...(flags.is('recursive') && { nesting }),
        ...(io.terminals?.out && { width: io.terminals.out.columns }),
      }),
    );
  } finally {
    spinner.stop();
  }
}

/** `flux diff kustomization` */
export const diffKustomizationCommand: Command = {
  name: 'kustomization',
  aliases: ['ks'],
  short: 'Diff Kustomization',
  long: `The diff command does a build, then it performs a server-side dry-run and prints the diff.
Exit status: 0 No differences were found. 1 Differences were found. >1 diff failed with an error.`,
  example: `# Preview local changes as they were applied on the cluster
flux diff kustomization my-app --path ./path/to/local/manifests

# Preview using a local flux kustomization file
flux diff kustomization my-app --path ./path/to/local/manifests \\
	--kustomization-file ./path/to/local/my-app.yaml

# Exclude files by providing a comma separated list of entries that follow the .gitignore pattern fromat.
flux diff kustomization my-app --path ./path/to/local/manifests \\
	--kustomization-file ./path/to/local/my-app.yaml \\
	--ignore-paths "/to_ignore/**/*.yaml,ignore.yaml"

# Run recursively on all encountered Kustomizations
flux diff kustomization my-app --path ./path/to/local/manifests \\
    --recursive \\
    --local-sources GitRepository/flux-system/my-repo=./path/to/local/git`,
  failureCode: exitCodes.failure,
  flags: {
    path: {
      type: 'string',
      about: 'Path to a local directory that matches the specified Kustomization.spec.path.',
    },
    'progress-bar': {
      type: 'bool',
      default: 'true',
      about: 'Boolean to set the progress bar. The default value is true.',
    },
    recursive: { type: 'bool', short: 'r', about: 'Recursively diff Kustomizations' },
    'ignore-not-found': {
      type: 'bool',
      about: 'Ignore Kustomization not found errors on the cluster when diffing.',
    },
    ...buildFlags,
  },
  run,
  complete: completeNames(kustomization),
};
