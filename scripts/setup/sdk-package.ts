import { join } from 'node:path';
import { root } from '../paths.ts';
import { emitSdk } from '../sdk/emit.ts';
import { tarball, writeManifest } from '../sdk/manifest.ts';
import { bundleTesting } from '../sdk/testing.ts';
import { exec, type Step } from '../steps.ts';

const folder = '.build/sdk';

/** The package that authors of plugins install, relative to the root. */
export const sdkTarball = `${folder}/${tarball}`;

/** The SDK as npm gets it: JavaScript with declarations, the engine, and the host's sandbox for tests. */
export const sdkPackage: Step = {
  name: 'SDK package',
  inputs: [
    ...['sdk', 'LICENSE', 'scripts/sdk', 'scripts/setup/sdk-package.ts'],
    ...[
      'host/package.json',
      'host/sandbox',
      'host/plugins',
      'host/errors',
      'host/build/yaml',
      'host/threads',
    ],
  ],
  outputs: [sdkTarball],
  usually: '3 s',
  async run(log) {
    const out = join(root, folder, 'package');
    await emitSdk(out, log);
    await bundleTesting(out);
    await writeManifest(out);
    await exec('npm', ['pack', '--silent', '--pack-destination', join(root, folder)], { cwd: out, log });
  },
};
