import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PathIndex } from './path-index.ts';
import { webhookPath } from './webhook-path.ts';

function receiver(name: string, path?: string): Receiver {
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1',
    kind: 'Receiver',
    metadata: { name, namespace: 'apps' },
    spec: { type: 'generic', resources: [] },
    status: path === undefined ? {} : { webhookPath: path },
  };
}

test('a path leads to its Receiver alone', () => {
  const index = new PathIndex();
  const object = receiver('a', '/hook/1');
  index.observe({ type: 'added', object });
  assert.equal(index.find('/hook/1'), { namespace: 'apps', name: 'a' });
  assert.is(index.find('/hook/'), undefined);
  assert.is(index.find('/hook/1?a=b'), undefined);
  assert.is(index.find('/hook/1/'), undefined);
});

test('a path that a Receiver does not have any more leads nowhere', () => {
  const index = new PathIndex();
  const old = receiver('a', '/hook/1');
  index.observe({ type: 'added', object: old });
  index.observe({ type: 'updated', object: receiver('a', '/hook/2'), old });
  assert.is(index.find('/hook/1'), undefined);
  assert.equal(index.find('/hook/2'), { namespace: 'apps', name: 'a' });
  index.observe({ type: 'updated', object: receiver('a'), old });
  assert.is(index.find('/hook/2'), undefined);
});

test('a Receiver that is deleted takes away its path, and not that of another', () => {
  const index = new PathIndex();
  index.observe({ type: 'added', object: receiver('a', '/hook/1') });
  index.observe({ type: 'added', object: receiver('b', '/hook/1') });
  index.observe({ type: 'deleted', object: receiver('a', '/hook/1') });
  assert.equal(index.find('/hook/1'), { namespace: 'apps', name: 'b' });
  index.observe({ type: 'deleted', object: receiver('b', '/hook/1') });
  assert.is(index.find('/hook/1'), undefined);
});

test('the path is made of token, name and namespace: each of them counts', () => {
  const key = { namespace: 'apps', name: 'a' };
  const paths = [
    webhookPath('t', key),
    webhookPath('u', key),
    webhookPath('t', { ...key, name: 'b' }),
    webhookPath('t', { ...key, namespace: 'b' }),
  ];
  assert.is(new Set(paths).size, 4);
  assert.match(paths[0] ?? '', /^\/hook\/[0-9a-f]{64}$/);
});

test.run();
