import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/paths.ts';

/** The version of Kubernetes' libraries that Helm is built with. */
const wanted = /^\s*(k8s\.io\/apimachinery v\S+)/m;

test('what the plugin has in place of Kubernetes’ packages reads versions and YAML streams as those do', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'flux-host-stubs-'));
  try {
    const helm = join(root, 'test/servers/helm');
    const stubs = join(root, 'plugins/helm/stubs/apimachinery/pkg/util');
    for (const name of ['version', 'yaml']) cpSync(join(stubs, name), join(dir, name), { recursive: true });
    const [, apimachinery] = wanted.exec(readFileSync(join(helm, 'go.mod'), 'utf8')) ?? [];
    writeFileSync(join(dir, 'go.mod'), `module stubs\n\ngo 1.26.0\n\nrequire ${apimachinery}\n`);
    cpSync(join(helm, 'go.sum'), join(dir, 'go.sum'));
    cpSync(join(root, 'test/helm/stubs/main.go.txt'), join(dir, 'main.go'));
    const env = { ...process.env, GOFLAGS: '-mod=mod' };
    const { stdout } = await promisify(execFile)('go', ['run', '.'], { cwd: dir, env }).catch(
      (error: unknown) => ({ stdout: `${Object(error).stdout}${Object(error).stderr}` }),
    );
    assert.is(stdout, 'no difference\n');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test.run();
