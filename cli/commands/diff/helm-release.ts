import type { HelmRelease } from '@flux-host/crds/index.ts';
import { ApplyError } from '@flux-host/host/apply/errors.ts';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { createRedactor } from '@flux-host/host/observability/redact.ts';
import { parseLocalSources } from '../../build/local-sources.ts';
import { Exit, usageError } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { helmRelease } from '../../kinds/helm-release.ts';
import { startSpinner } from '../../output/spinner.ts';
import { type BenchOptions, withBench } from '../../releases/bench.ts';
import { findHelmRelease } from '../../releases/find.ts';
import { createFuture } from '../../releases/future.ts';
import { withOverrides } from '../../releases/overrides.ts';
import { withEngine } from '../build/settings.ts';
import { completeNames } from '../by-kind.ts';
import { exitCodes } from './exit-codes.ts';
import { releaseSection } from './release/section.ts';
import { outputFlag, printReport } from './repository/print.ts';
import { redacted, redactedError } from './repository/redacted.ts';
import { hasChanges, type Report } from './repository/types.ts';
import { withYetToCome } from './repository/yet-to-come.ts';

async function run(invocation: Invocation): Promise<void> {
  const report = await reportFor(invocation);
  printReport(report, invocation);
  const failures = report.sections.flatMap((section) => section.failures.map(({ error }) => error));
  if (failures.length > 0) throw new ApplyError(failures, []);
  if (hasChanges(report)) throw new Exit(exitCodes.changes, exitCodes.message);
}

async function reportFor(invocation: Invocation): Promise<Report> {
  const { flags, io, namespace, signal, args } = invocation;
  const [name] = args;
  if (name === undefined || args.length > 1) throw usageError('exactly one HelmRelease name is required');
  const file = flags.text('helmrelease-file');
  const ignoreNotFound = flags.is('ignore-not-found');
  if (ignoreNotFound && !file) {
    throw usageError(
      'a HelmRelease file is required when assuming new HelmReleases',
      'see --helmrelease-file',
    );
  }
  const locals = parseLocalSources(flags.list('local-sources'), io.cwd);
  const cluster = await invocation.cluster();
  const { client } = cluster;
  const lookup = { key: { namespace, name }, file, cwd: io.cwd, client, ignoreNotFound, signal };
  const found: HelmRelease = await findHelmRelease(lookup);
  const spinner = startSpinner('HelmRelease diffing...', flags.is('progress-bar') ? io : { err() {} });
  try {
    return await withEngine(invocation, async (engine) => {
      const redactor = createRedactor();
      const options = { engine, cluster, redactor, future: createFuture(), locals, env: io.env, signal };
      try {
        return redacted(await compare(found, options, invocation), redactor);
      } catch (error) {
        throw error instanceof FluxError ? redactedError(error, redactor) : error;
      }
    });
  } finally {
    spinner.stop();
  }
}

function compare(found: HelmRelease, options: BenchOptions, invocation: Invocation): Promise<Report> {
  const { cluster, future } = options;
  return withBench(options, async (plain) => {
    const { release, bench, isForced } = await withOverrides(found, plain, { invocation, future });
    const section = await releaseSection(release, {
      bench,
      client: cluster.client,
      isForced,
      withDrift: true,
    });
    const { objects, ...own } = section;
    const [complete = own] = withYetToCome([own], objects);
    const isNews = complete.changes.length + complete.failures.length > 0;
    return { sections: isNews ? [complete] : [] };
  });
}

/** `flux diff helmrelease` */
export const diffHelmRelease: Command = {
  name: 'helmrelease',
  usage: '[name]',
  aliases: ['hr'],
  short: 'Diff a HelmRelease',
  long: `The diff helmrelease command renders the chart of a HelmRelease as the host does, performs a server-side dry-run and prints what an
upgrade would change in the cluster. Nothing is changed. Values of Secrets are masked.
Exit status: 0 No differences were found. 1 Differences were found. >1 diff failed with an error.`,
  example: `# Preview what the next reconciliation would change
flux diff helmrelease my-app

# Preview local changes of the chart
flux diff helmrelease my-app --path ./charts/my-app

# Preview another version of the chart, and other values
flux diff helmrelease my-app --chart-version 2.x --values ./values-next.yaml

# Preview using a local HelmRelease file
flux diff helmrelease my-app --helmrelease-file ./apps/my-app.yaml

# Take the chart from a working tree of its Git repository
flux diff helmrelease my-app --local-sources GitRepository/flux-system/my-repo=./path/to/local/git`,
  failureCode: exitCodes.failure,
  flags: {
    path: {
      type: 'string',
      about: 'Path to a local chart, a folder or an archive, to take instead of its own.',
    },
    'chart-version': {
      type: 'string',
      about: 'Version of the chart, or range of versions, to take instead of its own.',
    },
    values: {
      type: 'list',
      about:
        'Local path to values.yaml files, merged over those of the HelmRelease; also accepts comma-separated values.',
    },
    'helmrelease-file': { type: 'string', about: 'Path to the HelmRelease YAML file.' },
    'ignore-not-found': {
      type: 'bool',
      about: 'Ignore HelmRelease not found errors on the cluster when diffing.',
    },
    'local-sources': {
      type: 'list',
      typeName: 'stringToString',
      about: 'Comma-separated list of repositories in format: Kind/namespace/name=path',
    },
    output: outputFlag,
    'progress-bar': {
      type: 'bool',
      default: 'true',
      about: 'Boolean to set the progress bar. The default value is true.',
    },
  },
  run,
  complete: completeNames(helmRelease),
};
