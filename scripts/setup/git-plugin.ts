import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import wizer from '@bytecodealliance/wizer';
import { checkManifest, embedManifest } from '../../sdk/module/manifest.ts';
import { goBuild, wasmEnv } from '../go.ts';
import { root } from '../paths.ts';
import { exec, type Step } from '../steps.ts';
import { mergeDataSegments } from './wizer.ts';

const source = 'plugins/git';
const raw = '.build/wasm/git.raw.wasm';
const started = '.build/wasm/git.started.wasm';
const output = '.build/plugins/git.wasm';

/** Git's fetch protocol over HTTP and SSH as a source plugin. */
export const gitPlugin: Step = {
  name: 'git plugin',
  inputs: [
    source,
    'sdk/go',
    'sdk/module',
    'sdk/contract/manifest.ts',
    'scripts/setup/git-plugin.ts',
    'scripts/setup/wizer.ts',
  ],
  outputs: [output],
  usually: '1 min',
  async run(log) {
    await goBuild({ dir: source, out: raw, env: wasmEnv, buildmode: 'c-shared', ldflags: '-s -w' }, log);
    await start(log);
    const manifest = checkManifest(JSON.parse(readFileSync(join(root, source, 'plugin.json'), 'utf8')));
    const module = mergeDataSegments(readFileSync(join(root, started)));
    writeFileSync(join(root, output), embedManifest(module, manifest));
  },
};

/**
 * Snapshots the module after `_initialize`, which makes a fresh instance five times as fast. Go asks for the preopened
 * folders while it starts, so the snapshot is taken with the one that the sandbox has, `/`, here an empty folder. Keys are
 * safe: crypto/rand asks the host each time.
 */
async function start(log: (line: string) => void): Promise<void> {
  const empty = join(root, '.build/wasm/empty');
  rmSync(empty, { recursive: true, force: true });
  mkdirSync(empty, { recursive: true });
  const args = [
    join(root, raw),
    '-o',
    join(root, started),
    '--init-func',
    '_initialize',
    '--keep-init-func=true',
  ];
  await exec(wizer, [...args, '--allow-wasi', '--inherit-env=false', '--mapdir', `/::${empty}`], { log });
}
