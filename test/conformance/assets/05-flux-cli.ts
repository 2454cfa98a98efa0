import { join } from 'node:path';
import type { AssetRunner, Outcome } from '../asset.ts';
import { runCommand } from '../flux-cli/command.ts';
import { commandFiles } from '../flux-cli/files.ts';
import { createWorkplace } from '../flux-cli/workplace.ts';
import { openWorld } from '../flux-cli/world.ts';

export const runner: AssetRunner = {
  async *cases(dir) {
    const world = await openWorld();
    const workplace = createWorkplace(dir);
    try {
      for (const { file, cases } of commandFiles(join(dir, 'cases'))) {
        for (const each of cases) {
          const run = (): Promise<Outcome> => runCommand(each, { dir, world, workplace });
          yield { name: `${file}: ${each.name}`, run };
        }
      }
    } finally {
      workplace.remove();
      await world.close();
    }
  },
  notes: [
    'controllers are stood in for: revisions and failures that a golden file shows come from a status that is written',
    '"resume" with several names: Flux says the first name where another object is missing; here the missing one is named',
    'goldens of "create source chart|oci" lack the defaults of flags (interval, provider), which only Flux\'s own tests empty',
  ],
};
