import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PluginUse } from '@flux-host/host/plugins/types.ts';
import { event } from '../../e2e/notifications/stage.ts';

/** What each kind of plugin is called for in a bench: a usual request of its size. */
export type Uses = Readonly<Record<BenchKind, PluginUse>>;

export const benchKinds = ['source', 'builder', 'notifier', 'policy', 'receiver', 'decryptor'] as const;
export type BenchKind = (typeof benchKinds)[number];

const token = 's3cret';
const secret = { token: Buffer.from(token).toString('base64') };
const template = `apiVersion: v1
kind: ConfigMap
metadata:
  name: app
data:
  host: {{host}}
`;

/**
 * @param dir folder for the files that are read and written
 * @param url a service that answers with a little text
 */
export function usesIn(dir: string, url: string): Uses {
  const tree = join(dir, 'tree');
  const out = join(dir, 'out');
  mkdirSync(join(tree, 'apps'), { recursive: true });
  mkdirSync(out, { recursive: true });
  for (let number = 0; number < 10; number += 1)
    writeFileSync(join(tree, 'apps', `${number}.yaml`), template);
  const hook = Buffer.from(JSON.stringify({ ref: 'refs/heads/main', commits: [{ id: '1', message: 'x' }] }));
  const signature = createHmac('sha256', token).update(hook).digest('hex');
  const namespace = 'bench';
  const provider = { namespace, name: 'bench', type: 'bench-notifier', address: url };
  const sourceConfig = { url };
  const builderConfig = { host: 'example.com' };
  return {
    source: {
      ...use('source', 'fetch', { spec: { plugin: 'bench-source', interval: '1m', config: sourceConfig } }),
      config: sourceConfig,
      out,
    },
    builder: {
      ...use('builder', 'build', { path: 'apps', spec: {}, config: builderConfig }),
      config: builderConfig,
      mounts: { '/in': tree },
    },
    notifier: {
      ...use('notifier', 'notify', { event: event(namespace, 'app'), provider }),
      address: url,
      secret,
    },
    policy: use('policy', 'select', {
      image: 'registry.example.com/app',
      tags: Array.from({ length: 100 }, (_, number) => `1.${(number * 37) % 100}.${number}`),
    }),
    receiver: {
      ...use('receiver', 'receive', {
        receiver: { namespace, name: 'hook', type: 'bench-receiver' },
        method: 'POST',
        headers: { 'x-signature': [`sha256=${signature}`] },
        body: hook.toString('base64'),
      }),
      secret,
    },
    decryptor: {
      ...use('decryptor', 'decrypt', {
        service: 'bench-decryptor',
        key: { enc: Buffer.alloc(32, 7).toString('base64') },
      }),
      secret,
    },
  };
}

function use(kind: BenchKind, operation: string, input: PluginUse['input']): PluginUse {
  return { kind, type: `bench-${kind}`, namespace: 'bench', operation, input };
}
