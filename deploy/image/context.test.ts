import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from '@flux-host/host/launch.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildDir } from '../../scripts/paths.ts';
import { imagePluginsDir } from '../install/deployment.ts';
import { writeImageContext } from './context.ts';

const test = suite('container image');
const out = mkdtempSync(join(tmpdir(), 'image-'));
const dockerfile = readFileSync(join(import.meta.dirname, 'Dockerfile'), 'utf8');

test.after(() => rmSync(out, { recursive: true, force: true }));

test('the image holds the host and its plugins, and the host in it starts', async () => {
  const files = await writeImageContext(out, {
    bundle: join(buildDir, 'host'),
    plugins: join(buildDir, 'plugins'),
  });
  for (const file of ['Dockerfile', 'app/main.js', 'plugins/git.wasm', 'plugins/kustomize.wasm']) {
    assert.ok(files.includes(file), file);
  }
  assert.not(files.some((file) => file.endsWith('.map')));
  const help = execFileSync(process.execPath, [...launch.nodeFlags, join(out, 'app', 'main.js'), '--help']);
  assert.match(help.toString(), '--storage-path');
});

test('the image starts the host as everybody else does, and has the plugins where the install manifests look', () => {
  for (const flag of launch.nodeFlags) assert.match(dockerfile, `"${flag}"`);
  for (const [name, value] of Object.entries(launch.env)) assert.match(dockerfile, `${name}=${value}`);
  assert.match(dockerfile, `COPY plugins ${imagePluginsDir}\n`);
});

test.run();
