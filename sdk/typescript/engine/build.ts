import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileEngine } from './compile.ts';

const here = dirname(fileURLToPath(import.meta.url));
const engine = join(here, 'engine.wasm');
const log = (line: string) => process.stderr.write(`► ${line}\n`);

/** Rebuilds `engine.wasm` and its digest; with `--check` only compares. */
const built = await compileEngine(join(here, 'src'), log);
if (process.argv.includes('--check')) {
  const same = Buffer.compare(readFileSync(engine), built) === 0;
  process.stderr.write(
    same
      ? '✔ engine.wasm is what its sources give\n'
      : '✗ engine.wasm is not what its sources give: run node sdk/typescript/engine/build.ts and commit the result\n',
  );
  process.exitCode = same ? 0 : 1;
} else {
  writeFileSync(engine, built);
  writeFileSync(`${engine}.sha256`, `${createHash('sha256').update(built).digest('hex')}  engine.wasm\n`);
  process.stderr.write(`✔ engine.wasm (${Math.round(built.length / 1024)} KiB)\n`);
}
