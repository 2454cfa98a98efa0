import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './paths.ts';

const result = spawnSync(
  join(root, 'node_modules', '.bin', 'biome'),
  ['check', '--write', ...process.argv.slice(2), '.'],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exit(result.status ?? 1);
