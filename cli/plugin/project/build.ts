import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorText } from '@flux-host/host/errors/text.ts';
import { checkManifest, embedManifest } from '@flux-host/sdk/module/manifest.ts';
import { buildFailed } from '../errors.ts';
import { linkTools } from './link.ts';
import type { Project } from './read.ts';

/** A module that was just written. */
export interface Built {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  /** `sha256:<hex>` */
  readonly digest: string;
}

/**
 * Makes the module of a project. The same sources give the same bytes.
 * @throws FluxError FLUX_E_CLI_PLUGIN_BUILD with what the compiler says
 */
export async function buildProject(project: Project, signal: AbortSignal): Promise<Built> {
  const wasm = project.language === 'go' ? await buildGo(project, signal) : await buildTypeScript(project);
  await writeFile(project.out, wasm);
  const digest = `sha256:${createHash('sha256').update(wasm).digest('hex')}`;
  return { file: project.out, size: wasm.length, digest };
}

async function buildTypeScript({ dir, entry }: Project): Promise<Uint8Array> {
  await linkTools(dir);
  const { BuildError, buildPlugin } = await import('@flux-host/sdk/typescript/build');
  try {
    return (await buildPlugin({ entry })).wasm;
  } catch (error) {
    if (error instanceof BuildError) throw buildFailed(error.message, error.hint);
    throw error;
  }
}

async function buildGo({ dir }: Project, signal: AbortSignal): Promise<Uint8Array> {
  const work = await mkdtemp(join(tmpdir(), 'flux-plugin-build-'));
  try {
    const out = join(work, 'module.wasm');
    const flags = ['-trimpath', '-buildvcs=false', '-buildmode=c-shared', '-ldflags=-s -w -buildid='];
    await go(['build', ...flags, '-o', out, '.'], { dir, signal });
    const manifest: unknown = JSON.parse(await readFile(join(dir, 'plugin.json'), 'utf8'));
    return embedManifest(await readFile(out), checkManifest(manifest));
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) {
      throw buildFailed(`plugin.json is not valid: ${errorText(error)}`);
    }
    throw error;
  } finally {
    await rm(work, { recursive: true });
  }
}

function go(
  args: readonly string[],
  { dir, signal }: { readonly dir: string; readonly signal: AbortSignal },
): Promise<void> {
  const env = { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm', GOFLAGS: '' };
  const child = spawn('go', args, { cwd: dir, env, signal, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    if (said.length < 64 * 1024) said += piece.toString();
  });
  return new Promise((done, fail) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      fail(
        error.code === 'ENOENT'
          ? buildFailed('the program go is not there', 'install Go 1.26 or newer')
          : error,
      );
    });
    child.once('close', (code) =>
      code === 0 ? done() : fail(buildFailed(`go build failed:\n${said.trim()}`)),
    );
  });
}
