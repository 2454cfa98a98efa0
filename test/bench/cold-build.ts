import { readFileSync } from 'node:fs';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';

/** A process that does one build and ends: `cold-build.ts <module> <folder> <path>`. */
const [module = '', dir = '', path = ''] = process.argv.slice(2);
const sandbox = createSandbox({ slots: 1 });
const plugin = await sandbox.load(readFileSync(module));
await sandbox.call({
  plugin,
  export: 'build',
  tenant: 'bench',
  mounts: { '/in': dir },
  input: { path, spec: {} },
});
await sandbox.close();
