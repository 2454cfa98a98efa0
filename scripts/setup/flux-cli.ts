import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goBuild } from '../go.ts';
import { root } from '../paths.ts';
import { exec, type Step } from '../steps.ts';

const source = '.build/flux-source';
const output = '.build/test/flux';

/**
 * Flux's own command line, from its Go module. The module lacks the manifests of `flux install`, which releases make before they build, and nothing
 * is compiled without: a file without content stands in for them, so everything but `install`, `bootstrap` and `uninstall` is as released.
 * build.mod is its go.mod with the versions of libraries that the other tools of the tests have: what they share is compiled once.
 */
export const fluxTool: Step = {
  name: 'flux',
  inputs: ['test/servers/flux', 'scripts/go.ts', 'scripts/setup/flux-cli.ts'],
  outputs: [output],
  usually: '2 min',
  async run(log) {
    const { Dir: module, Version: version } = JSON.parse(
      await exec('go', ['mod', 'download', '-json', 'github.com/fluxcd/flux2/v2'], {
        cwd: join(root, 'test/servers/flux'),
        log,
      }),
    );
    const copy = join(root, source);
    rmSync(copy, { recursive: true, force: true });
    try {
      cpSync(module, copy, { recursive: true });
      // Go keeps modules read-only.
      await exec('chmod', ['-R', 'u+w', copy]);
      const manifests = join(copy, 'cmd/flux/manifests');
      mkdirSync(manifests);
      writeFileSync(join(manifests, 'none.yaml'), '');
      await goBuild(
        {
          dir: source,
          package: './cmd/flux',
          out: output,
          modfile: 'test/servers/flux/build.mod',
          ldflags: `-s -w -X main.VERSION=${String(version).replace('v', '')}`,
          env: { CGO_ENABLED: '0' },
        },
        log,
      );
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  },
};
