import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildDir, root } from '../paths.ts';
import { digestOf, type Step, writeWhole } from '../steps.ts';

const folder = 'plugins';
const entry = 'plugin.ts';
const record = join(buildDir, 'stamps', 'ts-plugins.json');
const builder = ['sdk/typescript', 'sdk/contract', 'sdk/module', 'scripts/setup/ts-plugins.ts'];

const folders = readdirSync(join(root, folder), { withFileTypes: true })
  .filter((item) => item.isDirectory())
  .map(({ name }) => name)
  .toSorted();
const names = folders.filter((name) => existsSync(join(root, folder, name, entry)));
/** Modules that several plugins import. */
const shared = folders.filter((name) => name.endsWith('-common')).map((name) => `${folder}/${name}`);

const moduleOf = (name: string) => `.build/plugins/${name}.wasm`;

/** The first-party plugins in TypeScript: `plugins/<name>/plugin.ts` becomes `.build/plugins/<name>.wasm`. Only what changed is built. */
export const tsPlugins: Step = {
  name: 'TypeScript plugins',
  inputs: [...builder, ...shared, ...names.map((name) => `${folder}/${name}`)],
  outputs: names.map(moduleOf),
  usually: '5 s',
  async run(log) {
    const { buildPlugin } = await import('../../sdk/typescript/build/index.ts');
    const before = readRecord();
    const common = digestOf([...builder, ...shared]);
    const digests = new Map(names.map((name) => [name, `${common}-${digestOf([`${folder}/${name}`])}`]));
    const due = names.filter(
      (name) => before.get(name) !== digests.get(name) || !existsSync(join(root, moduleOf(name))),
    );
    const failures: string[] = [];
    for (const name of due) {
      log(name);
      try {
        const { wasm } = await buildPlugin({ entry: join(root, folder, name, entry) });
        writeWhole(join(root, moduleOf(name)), wasm);
      } catch (error) {
        digests.delete(name);
        failures.push(`${folder}/${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    // What was built of a folder that is gone would still be found by the host.
    for (const name of before.keys())
      if (!names.includes(name)) rmSync(join(root, moduleOf(name)), { force: true });
    writeWhole(record, JSON.stringify(Object.fromEntries(digests)));
    if (failures.length > 0) throw new Error(failures.join('\n'));
  },
};

/** Digests of the sources that the present modules were built of. */
function readRecord(): Map<string, string> {
  if (!existsSync(record)) return new Map();
  const content: Record<string, string> = JSON.parse(readFileSync(record, 'utf8'));
  return new Map(Object.entries(content));
}
