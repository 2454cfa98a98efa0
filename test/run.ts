import { join } from 'node:path';
import { ensure } from '../scripts/steps.ts';
import { sharedKubeconfigVariable, startCluster } from './helpers/cluster.ts';
import { discover, usesSharedCluster } from './runner/discover.ts';
import { fileJob, goJob, type Job, type JobResult } from './runner/jobs.ts';
import { parseOptions, type RunOptions, usageText } from './runner/options.ts';
import { forEach } from './runner/pool.ts';
import { closing, failed, indented, jobLine } from './runner/report.ts';
import { serversFor } from './runner/servers.ts';

const say = (text: string): void => {
  process.stdout.write(text);
};

/** More failures than this are no accident. */
const mostAgain = 5;

async function runAll(
  jobs: readonly Job[],
  options: RunOptions,
  env: NodeJS.ProcessEnv,
): Promise<JobResult[]> {
  const results = new Map<Job, JobResult>();
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => interrupted.abort());
  }
  const { root, timeoutMs } = options;
  const run = async (job: Job, again: boolean) => {
    if (interrupted.signal.aborted) return;
    const began = Date.now();
    const { outcome, output } = await job.run({ root, timeoutMs, env, signal: interrupted.signal });
    const result = { name: job.name, outcome, output, milliseconds: Date.now() - began, again };
    results.set(job, result);
    say(`${jobLine(result)}\n${failed(result) ? `${indented(output)}\n` : ''}`);
  };
  await forEach(jobs, options.concurrency, (job) => run(job, false));
  // Hundreds of files share two cores and a cluster: one that was pushed aside for long is told apart from one that is wrong.
  const wrong = [...results].filter(([, result]) => failed(result)).map(([job]) => job);
  if (options.again && wrong.length <= mostAgain) await forEach(wrong, 1, (job) => run(job, true));
  return [...results.values()];
}

async function main(options: RunOptions): Promise<number> {
  const found = discover(options.root);
  const wanted = ({ name }: Job) =>
    options.filters.length === 0 || options.filters.some((filter) => name.includes(filter));
  const jobs = [...found.files.map(fileJob), ...(options.go ? found.modules.map(goJob) : [])].filter(wanted);
  if (options.list) {
    say(jobs.map(({ name }) => `${name}\n`).join(''));
    return 0;
  }
  if (jobs.length === 0) throw new Error(`no test matches ${options.filters.join(' ') || options.root}`);
  const chosen = found.files
    .filter((file) => jobs.some(({ name }) => name === file))
    .map((file) => join(options.root, file));
  await ensure(serversFor(chosen));
  const shares = chosen.some(usesSharedCluster);
  const cluster = shares && !process.env[sharedKubeconfigVariable] ? await startCluster() : undefined;
  try {
    const env = cluster ? { [sharedKubeconfigVariable]: cluster.kubeconfig } : {};
    const results = await runAll(jobs, options, env);
    say(closing(results));
    return results.length < jobs.length || results.some(failed) ? 1 : 0;
  } finally {
    await cluster?.stop();
  }
}

try {
  process.exitCode = await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n${usageText}`);
  process.exitCode = 1;
}
