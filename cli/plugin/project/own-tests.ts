import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Io } from '../../io.ts';
import type { Project } from './read.ts';

/** How the tests that an author wrote ended. */
export type OwnTests = 'none' | 'passed' | 'failed';

/** Runs the author's own tests, in the Node that runs this, or with Go's test command; what they print goes through. */
export async function runOwnTests(project: Project, io: Io, signal: AbortSignal): Promise<OwnTests> {
  const pattern = project.language === 'go' ? /_test\.go$/ : /\.test\.ts$/;
  const files = (await readdir(project.dir, { recursive: true }))
    .filter((file) => pattern.test(file) && !file.startsWith('node_modules'))
    .sort();
  if (files.length === 0) return 'none';
  const [command, args] =
    project.language === 'go'
      ? ['go', ['test', './...']]
      : [
          process.execPath,
          ['--test', '--test-reporter=spec', ...files.map((file) => join(project.dir, file))],
        ];
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(command, args, { cwd: project.dir, env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', (piece: Buffer) => io.out(piece.toString()));
  child.stderr.on('data', (piece: Buffer) => io.err(piece.toString()));
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  return code === 0 ? 'passed' : 'failed';
}
