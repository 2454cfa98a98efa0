import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cFiles, quickjsSources, toolchain } from './sources.ts';

/** Files in memory, as the compiler sees them. */
interface Tree {
  [name: string]: Tree | string | Uint8Array;
}

interface Compiler {
  readonly commands: Readonly<
    Record<string, (args: readonly string[], files: Tree, options: object) => Promise<Tree> | Tree>
  >;
}

/** C stack of the engine, in bytes. What JavaScript may use of it is less: see `stackBytes` of the builder. */
const stackSize = 2 << 20;

const common = [
  ...['--target=wasm32-wasip1', '-Os', '-DNDEBUG', '-D_GNU_SOURCE', '-std=gnu11'],
  ...['-ffunction-sections', '-fdata-sections', '-mbulk-memory'],
];
// What QuickJS is built with upstream; its warnings are not ours.
const theirs = ['-fno-strict-aliasing', '-fwrapv', '-funsigned-char', '-w'];
const ours = ['-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter'];

const units = [
  ...['engine', 'values', 'memory', 'call', 'network', 'files', 'system', 'hash'].map((name) => ({
    name,
    flags: ours,
  })),
  ...['dtoa', 'libregexp', 'libunicode', 'quickjs-unit'].map((name) => ({ name, flags: theirs })),
];

function isCompiler(module: object): module is Compiler {
  return 'commands' in module;
}

/**
 * Compiles and links the engine. The same sources and compiler give the same bytes on every machine: the compiler itself is a
 * WebAssembly module.
 * @throws Error with the compiler's messages
 */
export async function compileEngine(sourceFolder: string, log: (line: string) => void): Promise<Uint8Array> {
  log('fetching QuickJS');
  const quickjs = cFiles(quickjsSources());
  log('fetching the compiler');
  const compiler: object = await import(pathToFileURL(join(toolchain(), 'gen', 'bundle.js')).href);
  if (!isCompiler(compiler)) throw new Error('the compiler is not what was expected');
  const tool = async (name: string, args: readonly string[], files: Tree): Promise<Tree> => {
    const messages: string[] = [];
    const collect = (bytes: Uint8Array | null) => {
      if (bytes) messages.push(new TextDecoder().decode(bytes));
    };
    const command = compiler.commands[name];
    if (!command) throw new Error(`the compiler has no ${name}`);
    try {
      return await command(args, files, { stdout: collect, stderr: collect, fetchProgress: () => {} });
    } catch {
      // The compiler's own error holds all of its files.
      throw new Error(`${name} ${args.join(' ')} failed:\n${messages.join('')}`);
    }
  };
  const sources: Tree = { src: { ...quickjs, ...cFiles(sourceFolder) } };
  const objects: Record<string, Uint8Array> = {};
  for (const { name, flags } of units) {
    log(`compiling ${name}.c`);
    const out = await tool(
      'clang',
      [...common, ...flags, '-Isrc', '-c', `src/${name}.c`, '-o', `${name}.o`],
      sources,
    );
    objects[`${name}.o`] = binary(out, `${name}.o`);
  }
  log('linking');
  const link = [
    ...['--target=wasm32-wasip1', '-nostartfiles', ...Object.keys(objects), '-o', 'engine.wasm'],
    ...[
      '-Wl,--no-entry',
      '-Wl,--gc-sections',
      '-Wl,--strip-all',
      '-Wl,--stack-first',
      `-Wl,-z,stack-size=${stackSize}`,
    ],
    '-Wl,--export=__stack_pointer',
  ];
  return binary(await tool('clang', link, { ...objects }), 'engine.wasm');
}

function binary(tree: Tree, name: string): Uint8Array {
  const file = tree[name];
  if (!(file instanceof Uint8Array)) throw new Error(`the compiler did not make ${name}`);
  return file;
}
