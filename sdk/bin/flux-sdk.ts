#!/usr/bin/env node
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { BuildError, buildPlugin } from '../typescript/build/index.ts';

const usage = `usage: flux-sdk build [plugin.ts] [--out <file.wasm>] [--minify]

Makes the Wasm module of a plugin in TypeScript. The file is named after the plugin unless --out names it.
`;

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof TypeError && 'code' in error;
  const text =
    error instanceof BuildError ? error.text : error instanceof Error ? error.message : String(error);
  process.stderr.write(`✗ ${text}\n${isUsage ? usage : ''}`);
  process.exitCode = isUsage ? 2 : 1;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      minify: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, entry = 'plugin.ts', ...more] = positionals;
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (command !== 'build' || more.length > 0) {
    process.stderr.write(usage);
    return 2;
  }
  const { manifest, digest, wasm, ms } = await buildPlugin({ entry, minify: values.minify });
  const out = values.out ?? join(dirname(entry), `${manifest.name}.wasm`);
  await writeFile(out, wasm);
  const size = `${Math.ceil(wasm.length / 1024)} KiB`;
  process.stdout.write(`✔ ${out}  ${size}  ${digest}  (${Math.round(ms)} ms)\n`);
  return 0;
}
