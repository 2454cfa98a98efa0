import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contractVersion, type PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import { embedManifest } from '@flux-host/sdk/module/manifest.ts';
import wabt from 'wabt';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** A manifest of a builder plugin. */
export function manifest(changes: Partial<PluginManifest> = {}): PluginManifest {
  return {
    contract: contractVersion,
    name: 'probe',
    version: '0.1.0',
    description: 'What the sandbox is tested with',
    provides: [{ kind: 'builder', type: 'probe' }],
    requests: { capabilities: ['http', 'tcp'] },
    ...changes,
  };
}

/** Assembles a module from its text form, without a manifest. */
export async function assembleText(text: string): Promise<Uint8Array> {
  const tools = await wabt();
  const features = { multi_memory: true, memory64: true, threads: true };
  const parsed = tools.parseWat('probe.wat', text, features);
  try {
    return Uint8Array.from(parsed.toBinary({}).buffer);
  } finally {
    parsed.destroy();
  }
}

/** A plugin in text form: `body` is what stands in its module beside a memory and an empty `build`. */
export async function textPlugin(body: string, changes: Partial<PluginManifest> = {}): Promise<Uint8Array> {
  const build = body.includes('(export "build")') ? '' : '(func (export "build") (result i32) i32.const 0)';
  const memory = body.includes('(memory') ? '' : '(memory (export "memory") 1)';
  return embedManifest(await assembleText(`(module ${body} ${memory} ${build})`), manifest(changes));
}

/** The Go plugin of the SDK's tests, built with the Go on this machine. */
export function goPlugin(changes: Partial<PluginManifest> = {}): Uint8Array {
  const out = join(root, '.build', 'test', `probe-${process.pid}.wasm`);
  mkdirSync(dirname(out), { recursive: true });
  const args = [
    'build',
    '-trimpath',
    '-buildvcs=false',
    '-buildmode=c-shared',
    '-ldflags=-s -w',
    '-o',
    out,
    '.',
  ];
  const { status, stderr } = spawnSync('go', args, {
    cwd: join(root, 'sdk', 'go', 'testdata', 'probe'),
    env: { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm', GOFLAGS: '' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`go build failed: ${stderr}`);
  return embedManifest(readFileSync(out), manifest(changes));
}
