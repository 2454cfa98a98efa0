import { Kustomization } from '@flux-host/crds/index.ts';
import { existingFolder, repositoryOf } from '../../../build/checkout.ts';
import { parseLocalSources } from '../../../build/local-sources.ts';
import { Exit } from '../../../command/errors.ts';
import type { Command, Invocation } from '../../../command/types.ts';
import { startSpinner } from '../../../output/spinner.ts';
import { withBench } from '../../../releases/bench.ts';
import { createFuture } from '../../../releases/future.ts';
import { settingsFrom, withEngine } from '../../build/settings.ts';
import { exitCodes } from '../exit-codes.ts';
import { incomplete } from './errors.ts';
import { outputFlag, printReport } from './print.ts';
import { redacted } from './redacted.ts';
import { sourcesOf } from './sources.ts';
import { countsOf, hasChanges, type Report } from './types.ts';
import { walk } from './walk.ts';

async function run(invocation: Invocation): Promise<void> {
  const report = await reportFor(invocation);
  printReport(report, invocation);
  const counts = countsOf(report);
  if (counts.failed > 0) throw incomplete(counts);
  if (hasChanges(report)) throw new Exit(exitCodes.changes, exitCodes.message);
}

async function reportFor(invocation: Invocation): Promise<Report> {
  const { flags, io, signal } = invocation;
  const root = await checkoutRoot(flags.text('path'), io.cwd);
  const cluster = await invocation.cluster();
  const { client } = cluster;
  const { items } = await client.list<Kustomization>(Kustomization, { signal });
  const kustomizations = items.map((each) => ({
    ...each,
    apiVersion: Kustomization.apiVersion,
    kind: Kustomization.kind,
  }));
  const others = parseLocalSources(flags.list('local-sources'), io.cwd);
  const named = flags.list('source');
  const sources = await sourcesOf({ client, root, named, others, kustomizations, signal });
  const spinner = startSpinner('Repository diffing...', flags.is('progress-bar') ? io : { err() {} });
  try {
    return await withEngine(invocation, async (engine) => {
      const remoteBases = flags.is('no-remote-bases') ? 'refuse' : 'allow';
      const settings = { ...settingsFrom(invocation, engine, client), remoteBases } as const;
      const progress = (text: string) => spinner.say(`Repository diffing... ${text}`);
      const { redactor } = settings;
      const future = createFuture();
      const rendering = { engine, cluster, redactor, future, locals: sources, env: io.env, signal };
      const report = await withBench(rendering, (bench) =>
        walk({ client, settings, sources, kustomizations, progress, future, bench }),
      );
      return redacted(report, redactor);
    });
  } finally {
    spinner.stop();
  }
}

/** The folder that the source has as its root: the one that is named, else the Git repository around the current one. */
async function checkoutRoot(path: string, cwd: string): Promise<string> {
  const folder = await existingFolder(path || '.', cwd);
  return path ? folder : (repositoryOf(folder) ?? folder);
}

/** `flux diff repository` */
export const diffRepository: Command = {
  name: 'repository',
  aliases: ['repo'],
  short: 'Diff a whole checkout of a repository',
  long: `The diff repository command compares everything that Flux would apply from a checkout with the cluster: all Kustomizations
whose source the checkout is, those among them that it adds or changes with their new spec, and everything that goes when one is removed.
Nothing is changed in the cluster or in the checkout. Values of Secrets are masked.
Exit status: 0 No differences were found. 1 Differences were found. >1 diff failed with an error, or not all could be compared.`,
  example: `# Preview what the working tree of this Git repository would change
flux diff repository

# Write a comment for a pull request
flux diff repository --path . --source GitRepository/flux-system/flux-system --output markdown > diff.md

# Preview artifacts that are pushed from a folder
flux diff repository --path ./deploy --source OCIRepository/flux-system/apps`,
  failureCode: exitCodes.failure,
  noArguments: true,
  flags: {
    path: {
      type: 'string',
      about:
        'Folder that is the root of the source. The default is the Git repository around the current folder.',
    },
    source: {
      type: 'list',
      about:
        'Source that the folder is of, in format: Kind/namespace/name. The default is the GitRepository with the URL of a Git remote of the folder.',
    },
    'local-sources': {
      type: 'list',
      typeName: 'stringToString',
      about: 'Comma-separated list of further repositories in format: Kind/namespace/name=path',
    },
    'ignore-paths': { type: 'list', about: 'set paths to ignore in .gitignore format' },
    'strict-substitute': {
      type: 'bool',
      default: 'true',
      about: 'Fail where a var without a default value is missing, as the controller does by default.',
    },
    'no-remote-bases': {
      type: 'bool',
      about: 'Refuse remote bases, as a host that was started with this flag does.',
    },
    output: outputFlag,
    'progress-bar': {
      type: 'bool',
      default: 'true',
      about: 'Boolean to set the progress bar. The default value is true.',
    },
  },
  run,
};
