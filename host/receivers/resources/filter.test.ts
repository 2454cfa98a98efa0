import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { thrownBy } from '../../errors/testing.ts';
import type { Claims } from '../types.ts';
import { resourceFilters } from './filter.ts';

const object = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name: 'app', namespace: 'apps', labels: { team: 'web' } },
};

interface Sent {
  readonly body?: string;
  readonly type?: string;
  readonly payload?: unknown;
  readonly claims?: Claims;
}

/** Whether an expression accepts the object. */
function accepts(
  resourceFilter: string,
  { body = '{}', type = 'application/json', ...webhook }: Sent = {},
): boolean {
  const receiver: Receiver = {
    apiVersion: 'notification.toolkit.fluxcd.io/v1',
    kind: 'Receiver',
    metadata: { name: 'hook', namespace: 'apps' },
    spec: {
      type: webhook.claims ? 'generic-oidc' : 'generic',
      resourceFilter,
      resources: [{ kind: 'GitRepository', name: 'app' }],
    },
  };
  const request = { method: 'POST', headers: { 'content-type': [type] }, body: Buffer.from(body) };
  const [filter] = resourceFilters(receiver, { request, webhook });
  if (!filter) throw new Error('there is no filter');
  return filter(object);
}

test('filters see kind, API version and metadata of the object', () => {
  assert.ok(accepts("res.kind == 'GitRepository' && res.metadata.labels.team == 'web'"));
  assert.ok(accepts("res.apiVersion == 'source.toolkit.fluxcd.io/v1'"));
  assert.not(accepts("res.metadata.name == 'other'"));
});

test('filters see a JSON body, whatever else its content type says', () => {
  const body = '{"count":2,"tags":["v1"]}';
  assert.ok(
    accepts("req.count == 2 && req.tags[0] == 'v1'", { body, type: 'application/json; charset=utf-8' }),
  );
  assert.ok(accepts('req.count == 2', { body, type: 'text/plain, application/json' }));
});

test('a body that is not said to be JSON is empty to them', () => {
  const body = '{"count":2}';
  assert.not(accepts('has(req.count)', { body, type: 'text/plain' }));
  assert.not(accepts('has(req.count)', { body: 'null' }));
});

test('what the plugin made of the body takes its place', () => {
  assert.ok(accepts("req.tag == 'v1'", { body: 'no JSON', payload: { tag: 'v1' } }));
});

test('claims are there for tokens only', () => {
  assert.ok(accepts("claims.sub == 'ci'", { claims: { sub: 'ci' } }));
  assert.is(thrownBy(() => accepts("claims.sub == 'ci'")).code, 'FLUX_E_RECEIVER_EXPRESSION');
});

for (const body of ['', 'no JSON', '[]', '1']) {
  test(`the body ${JSON.stringify(body)} that is said to be a JSON object and is none is an error`, () => {
    assert.is(thrownBy(() => accepts('true', { body })).code, 'FLUX_E_RECEIVER_BODY');
  });
}

test('many objects cannot make an expensive filter keep the host busy', () => {
  const receiver: Receiver = {
    apiVersion: 'notification.toolkit.fluxcd.io/v1',
    kind: 'Receiver',
    metadata: { name: 'hook', namespace: 'apps' },
    spec: {
      type: 'generic',
      resourceFilter: 'req.all.exists(x, x == 1.5)',
      resources: [{ kind: 'GitRepository', name: '*' }],
    },
  };
  const body = Buffer.from(JSON.stringify({ all: Array.from({ length: 150_000 }, () => 0) }));
  const request = { method: 'POST', headers: { 'content-type': ['application/json'] }, body };
  const [filter] = resourceFilters(receiver, { request, webhook: {} });
  let evaluated = 0;
  const error = thrownBy(() => {
    for (; evaluated < 1_000; evaluated += 1) filter?.(object);
  });
  assert.is(error.code, 'FLUX_E_RECEIVER_FILTER');
  assert.ok(evaluated > 0);
});

test.run();
