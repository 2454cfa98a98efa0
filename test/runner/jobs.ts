import { join } from 'node:path';
import { parseGoEvents } from './go-events.ts';
import { runCommand } from './process.ts';
import { judge, type Outcome, parseUvu } from './summary.ts';

/** What every job is run with. */
export interface JobContext {
  readonly root: string;
  readonly timeoutMs: number;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** What a job left behind. */
export interface JobResult {
  readonly name: string;
  readonly outcome: Outcome;
  readonly output: string;
  readonly milliseconds: number;
  /** It failed beside others, and was run once more alone. */
  readonly again?: boolean;
}

/** A test file or a Go module. */
export interface Job {
  readonly name: string;
  run(context: JobContext): Promise<{ outcome: Outcome; output: string }>;
}

/** Runs one test file in its own Node process. */
export function fileJob(path: string): Job {
  return {
    name: path,
    async run({ root, ...context }) {
      const result = await runCommand({
        command: process.execPath,
        args: [join(root, path)],
        cwd: root,
        ...context,
      });
      return { outcome: judge(parseUvu(result.output), result), output: result.output };
    },
  };
}

/** Tests those packages of a Go module that have tests for this platform; others are built for Wasm only. */
export function goJob(dir: string): Job {
  return {
    name: `go test ${dir || '.'}`,
    async run({ root, ...context }) {
      const go = (args: readonly string[]) =>
        runCommand({ command: 'go', args, cwd: join(root, dir), ...context });
      const template = '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}';
      const list = await go(['list', '-f', template, './...']);
      const packages = list.output.trim().split(/\s+/).filter(Boolean);
      if (list.code !== 0) return { outcome: judge(undefined, list), output: list.output };
      // Before ours, so that Go shows where a test hangs.
      const goTimeout = Math.ceil(context.timeoutMs / 1000) * 0.9;
      if (packages.length === 0)
        return { outcome: { passed: 0, failed: 0, skipped: 1 }, output: list.output };
      const result = await go(['test', '-json', `-timeout=${goTimeout}s`, ...packages]);
      const { output, ...counts } = parseGoEvents(result.output);
      return { outcome: judge(counts, result), output };
    },
  };
}
