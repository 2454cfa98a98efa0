import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import type { ConformanceCase, Outcome } from '../../asset.ts';
import { compare } from '../../diff.ts';
import type { Workbench } from './workbench.ts';

interface TreeCase {
  readonly input: {
    readonly path: string;
    readonly decryption: { readonly secretKeys: Readonly<Record<string, string>> };
  };
  readonly expected: {
    readonly 'secrets key=value': readonly string[];
    readonly 'configMaps key=value': readonly string[];
    readonly 'sops-patches-secret': Readonly<Record<string, string>>;
  };
}

/** A whole tree with every kind of source, through the host's build. */
export function* treeCases(dir: string, bench: Workbench): Generator<ConformanceCase> {
  const file = join(dir, 'kustomization-tree.case.json');
  if (existsSync(file)) yield { name: 'kustomization tree', run: () => check(dir, file, bench) };
}

async function check(dir: string, file: string, bench: Workbench): Promise<Outcome> {
  const { input, expected }: TreeCase = JSON.parse(readFileSync(file, 'utf8'));
  const source = join(dir, input.path);
  const tree = bench.folder();
  cpSync(source, tree, { recursive: true });
  const root = join(tree, 'kustomization.yaml');
  // The remote base is on the network.
  writeFileSync(root, readFileSync(root, 'utf8').replace(/^ *- remote\n/m, ''));
  const keys = Object.entries(input.decryption.secretKeys).map(([name, path]) => [
    name,
    readFileSync(join(source, path), 'utf8'),
  ]);
  const objects = await bench.build(tree, '', Object.fromEntries(keys));
  const named = (kind: string, names: readonly string[]) =>
    Object.fromEntries(
      names.map((name) => [
        name,
        valuesOf(objects.find((object) => object.kind === kind && object.metadata.name === name)),
      ]),
    );
  const patched = 'sops-patches-secret';
  return compare(
    {
      secrets: Object.fromEntries(expected['secrets key=value'].map((name) => [name, { key: 'value' }])),
      configMaps: Object.fromEntries(
        expected['configMaps key=value'].map((name) => [name, { key: 'value' }]),
      ),
      [patched]: expected[patched],
    },
    {
      secrets: named('Secret', expected['secrets key=value']),
      configMaps: named('ConfigMap', expected['configMaps key=value']),
      ...named('Secret', [patched]),
    },
  );
}

function valuesOf(object: KubeObject | undefined): Record<string, string> | undefined {
  if (!object) return undefined;
  const data = 'data' in object && typeof object.data === 'object' ? Object.entries(object.data ?? {}) : [];
  const plain =
    'stringData' in object && typeof object.stringData === 'object'
      ? Object.entries(object.stringData ?? {})
      : [];
  const decode = (value: unknown) =>
    object.kind === 'Secret' ? Buffer.from(String(value), 'base64').toString() : String(value);
  return Object.fromEntries([...data.map(([name, value]) => [name, decode(value).trim()]), ...plain]);
}
