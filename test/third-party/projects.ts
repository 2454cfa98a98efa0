import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/paths.ts';
import { sdkPackage, sdkTarball } from '../../scripts/setup/sdk-package.ts';
import { ensure } from '../../scripts/steps.ts';

/** Plugins as others would write them, in TypeScript. */
export const typescriptProjects = ['liquid-charts', 'release-feed', 'incident-desk', 'newest-build'] as const;

/** What a program did. */
export interface Ran {
  readonly code: number | null;
  /** Both streams. */
  readonly output: string;
}

/** The projects of this folder, outside of the repository, with the packed SDK as npm installs it. */
export interface Projects {
  readonly dir: string;
  folder(name: string): string;
  /** Runs a file with Node in the folder of a project, e.g. a program of `node_modules/.bin`. */
  node(name: string, args: readonly string[]): Promise<Ran>;
  /** Makes the module. @returns its path */
  build(name: string): Promise<string>;
  remove(): Promise<void>;
}

/**
 * Copies the projects into a temporary folder and installs the SDK there.
 * @throws Error with what npm says
 */
export async function installProjects(): Promise<Projects> {
  await ensure([sdkPackage]);
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'flux-third-party-')));
  await cp(join(import.meta.dirname, 'plugins'), dir, { recursive: true });
  const manifest = {
    private: true,
    workspaces: typescriptProjects,
    dependencies: { '@flux-host/sdk': `file:${join(root, sdkTarball)}` },
  };
  await writeFile(join(dir, 'package.json'), JSON.stringify(manifest));
  const installed = await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], dir);
  if (installed.code !== 0) throw new Error(`npm install failed:\n${installed.output}`);
  const folder = (name: string) => join(dir, name);
  return {
    dir,
    folder,
    node: (name, args) => run(process.execPath, args, folder(name)),
    async build(name) {
      const built = await run(
        process.execPath,
        [join(dir, 'node_modules', '.bin', 'flux-sdk'), 'build'],
        folder(name),
      );
      if (built.code !== 0) throw new Error(`${name} was not built:\n${built.output}`);
      return join(folder(name), `${name}.wasm`);
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Puts the Go library where the go.mod of the project in Go looks for it. @returns the project's folder */
export async function goProject({ dir, folder }: Projects): Promise<string> {
  const target = join(folder('jsonnet'), 'node_modules', '@flux-host', 'sdk');
  await mkdir(target, { recursive: true });
  await cp(join(dir, 'node_modules', '@flux-host', 'sdk', 'go'), join(target, 'go'), { recursive: true });
  return folder('jsonnet');
}

function run(command: string, args: readonly string[], cwd: string): Promise<Ran> {
  // Whoever runs the tests with Node's own runner would get the results of the inner run in its form for machines.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (output += piece));
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done({ code, output }));
  });
}
