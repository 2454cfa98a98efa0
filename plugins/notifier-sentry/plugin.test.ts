import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';

const test = suite('sentry');
let sentry: OpenNotifier;

test.before(async () => {
  sentry = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => sentry.close());

const address = 'https://key@o1.ingest.sentry.io/path/42';
const linesOf = (body = '') => body.trim().split('\n');

test('an error becomes an event of its environment', async () => {
  const { requests } = await sentry.notify({
    provider: { address, channel: 'production' },
    event: { severity: 'error', message: 'it broke: «ü»' },
  });
  const [request] = requests;
  assert.is(request?.url, 'https://o1.ingest.sentry.io/path/api/42/envelope/');
  assert.match(
    request?.headers['x-sentry-auth'] ?? '',
    /^Sentry sentry_version=7, sentry_client=[^,]+, sentry_key=key$/,
  );
  const [head = '', itemHead = '', item = ''] = linesOf(request?.body);
  const event = JSON.parse(item);
  assert.is(JSON.parse(head).event_id, event.event_id);
  assert.equal(JSON.parse(itemHead), { type: 'event', length: Buffer.byteLength(item) });
  const { level, message, transaction, environment, timestamp, contexts, server_name: server } = event;
  assert.equal(
    [level, message, transaction, environment],
    ['error', 'it broke: «ü»', 'Kustomization: apps/web', 'production'],
  );
  assert.equal([timestamp, server], ['2026-03-04T05:06:07Z', 'kustomize-controller']);
  assert.match(contexts.metadata.revision, 'main@sha1:');
});

test('what went well becomes a transaction with one span, each with ids of its own', async () => {
  const provider = { address };
  const results = [await sentry.notify({ provider }), await sentry.notify({ provider })];
  const [first, second] = results.map(({ requests }) => JSON.parse(linesOf(requests[0]?.body)[2] ?? ''));
  assert.is(first.type, 'transaction');
  assert.is(first.tags.flux_reason, 'ReconciliationSucceeded');
  assert.is(first.spans[0].trace_id, first.contexts.trace.trace_id);
  assert.match(first.contexts.trace.trace_id, /^[0-9a-f]{32}$/);
  assert.is.not(first.contexts.trace.trace_id, second.contexts.trace.trace_id);
  assert.is.not(first.event_id, second.event_id);
});

test('a trace of Flux is nothing for Sentry', async () => {
  const { output, requests } = await sentry.notify({ provider: { address }, event: { severity: 'trace' } });
  assert.ok(output && typeof output === 'object' && 'skipped' in output);
  assert.equal(requests, []);
});

test('a DSN that is none is refused without showing it', async () => {
  for (const [dsn, why] of [
    ['', 'DSN cannot be empty'],
    ['s3cret', 'invalid scheme'],
    ['https://sentry.io/1', 'empty username'],
    ['https://s3cret@sentry.io', 'empty project id'],
  ] as const) {
    const { message, terminal } = await sentry.failure({ provider: { address: dsn } });
    assert.match(message, why);
    assert.not.match(message, 's3cret');
    assert.ok(terminal);
  }
});

test.run();
