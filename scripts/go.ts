import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './paths.ts';
import { exec } from './steps.ts';

/** Options of {@link goBuild}. Paths are relative to the repository's root. */
export interface GoBuild {
  /** Folder of the main package; its module's go.mod is in it or above it. */
  readonly dir: string;
  /** Another main package that the module has as a tool; by default the one in `dir`. */
  readonly package?: string;
  readonly out: string;
  /** In place of the module's own go.mod; a go.sum of the same name belongs to it. */
  readonly modfile?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly ldflags?: string;
  readonly buildmode?: string;
}

/**
 * Builds a Go program reproducibly (`-trimpath`, no VCS stamp).
 * @throws Error when Go is missing, too old (go.mod says which version) or the build fails
 */
export async function goBuild(build: GoBuild, log: (line: string) => void): Promise<void> {
  const out = join(root, build.out);
  mkdirSync(dirname(out), { recursive: true });
  const args = ['build', '-trimpath', '-buildvcs=false', '-mod=readonly', '-v', '-o', out];
  if (build.modfile) args.push('-modfile', join(root, build.modfile));
  if (build.tags?.length) args.push('-tags', build.tags.join(','));
  if (build.ldflags) args.push('-ldflags', build.ldflags);
  if (build.buildmode) args.push('-buildmode', build.buildmode);
  await exec('go', [...args, build.package ?? '.'], {
    cwd: join(root, build.dir),
    env: { GOFLAGS: '', ...build.env },
    log,
    background: true,
  });
}

/** Environment of a Go plugin build: a WASI reactor. */
export const wasmEnv = { GOOS: 'wasip1', GOARCH: 'wasm', CGO_ENABLED: '0' } as const;
