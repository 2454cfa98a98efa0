import { readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../paths.ts';
import { filesIn } from './emit.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

const sdk = manifestIn('sdk');

/** The name that `npm pack` gives the tarball. */
export const tarball = `${sdk.name.replace('@', '').replace('/', '-')}-${sdk.version}.tgz`;

/** Authors write the same imports as the plugins of this repository. */
const exported = {
  './typescript': entry('./typescript/index'),
  './typescript/build': entry('./typescript/build/index'),
  './typescript/tsconfig.json': './typescript/tsconfig.json',
  './typescript/globals.d.ts': './typescript/globals.d.ts',
  './testing': entry('./testing/index'),
  './contract/*.ts': entry('./contract/*'),
  './module/*.ts': entry('./module/*'),
  './package.json': './package.json',
};

function entry(path: string): { types: string; default: string } {
  return { types: `${path}.d.ts`, default: `${path}.js` };
}

/** Writes the package.json of the published package: its dependencies are what its files import. */
export async function writeManifest(out: string): Promise<void> {
  const manifest = {
    name: sdk.name,
    version: sdk.version,
    description: 'Write, build and test WebAssembly plugins for Flux',
    license: sdk.license,
    type: 'module',
    engines: { node: '>=22.19' },
    bin: { 'flux-sdk': './bin/flux-sdk.js' },
    exports: exported,
    sideEffects: ['./typescript/runtime/globals/install.js'],
    dependencies: dependencies(await importsOf(out)),
  };
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** @throws Error when no workspace says which version of a package it is made for */
function dependencies(names: readonly string[]): Record<string, string> {
  const versions = { ...manifestIn('host').dependencies, ...sdk.dependencies };
  return Object.fromEntries(
    names.map((name) => {
      const version = versions[name];
      if (!version) throw new Error(`the SDK imports ${name}, which neither sdk nor host depends on`);
      return [name, version];
    }),
  );
}

/** Names of the packages that the files of a package import, sorted. */
async function importsOf(out: string): Promise<string[]> {
  const files = filesIn(out);
  const { metafile } = await build({
    absWorkingDir: out,
    entryPoints: files.filter((file) => file.endsWith('.js')),
    outdir: '.',
    write: false,
    bundle: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  const imported = Object.values(metafile.inputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external }) => external)
    .map(({ path }) => path);
  const declared = files
    .filter((file) => file.endsWith('.d.ts'))
    .flatMap((file) => [
      ...readFileSync(join(out, file), 'utf8').matchAll(/(?:from |import\()['"]([^'"]+)['"]/g),
    ])
    .map(([, specifier = '']) => specifier);
  const names = [...imported, ...declared]
    .filter((specifier) => /^[@a-z]/.test(specifier) && !isBuiltin(specifier))
    .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
  return [...new Set(names)].filter((name) => name !== sdk.name).toSorted();
}
