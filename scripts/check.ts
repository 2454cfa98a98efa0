import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './paths.ts';

const bin = (name: string) => join(root, 'node_modules', '.bin', name);

const checks: readonly { name: string; command: string; args: readonly string[] }[] = [
  { name: 'types', command: bin('tsc'), args: ['--noEmit'] },
  // With the globals of the sandbox alone: what Node has and a plugin has not is an error.
  { name: 'types of plugins', command: bin('tsc'), args: ['-p', 'plugins', '--noEmit'] },
  {
    name: 'lint and format',
    command: bin('biome'),
    args: ['check', '--diagnostic-level=warn', '--error-on-warnings', '.'],
  },
  { name: 'generated CRDs', command: process.execPath, args: ['crds/generate.ts', '--check'] },
  { name: 'generated tables in docs/', command: process.execPath, args: ['docs/generate.ts', '--check'] },
];

let failed = 0;
for (const { name, command, args } of checks) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  process.stderr.write(`${result.status === 0 ? '✔' : '✗'} ${name}\n`);
  if (result.status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
