/**
 * `npm run conformance -- DIR [ASSET…] [--verbose]`: holds our code against recorded behaviour of Flux.
 * DIR has one folder an asset; without names every folder is run. Exits 1 when a case fails or an asset that was
 * asked for is missing, 2 when it is called wrongly.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { report, sum, summary, tally } from './report.ts';
import { runAsset } from './run.ts';

const usage = 'usage: npm run conformance -- DIR [ASSET…] [--verbose]';

function print(...lines: string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

function misuse(message: string): never {
  process.stderr.write(`✗ ${message}\n  ${usage}\n`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { verbose: { type: 'boolean', default: false } } });
  } catch (error) {
    return misuse(error instanceof Error ? error.message : String(error));
  }
}

const { positionals, values } = readArguments();
const [dir, ...wanted] = positionals;
if (!dir) misuse('DIR is missing: the folder that holds the assets');
if (!existsSync(dir) || !statSync(dir).isDirectory()) misuse(`there is no folder ${dir}`);

const present = readdirSync(dir, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  .map((entry) => entry.name)
  .toSorted();
if (wanted.length === 0 && present.length === 0) misuse(`there are no assets in ${dir}`);
const missing = wanted.filter((asset) => !present.includes(asset));

const tallies = [];
for (const asset of wanted.length > 0 ? present.filter((name) => wanted.includes(name)) : present) {
  const result = await runAsset(asset, resolve(dir, asset));
  print(...report(result, values.verbose));
  tallies.push(tally(result));
}
for (const asset of missing) print(`✗ ${asset}: there is no such folder in ${dir}`);

const total = sum(tallies);
print(summary(total));
process.exit(total.failed > 0 || missing.length > 0 ? 1 : 0);
