import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';

const test = suite('slack');
let slack: OpenNotifier;

test.before(async () => {
  slack = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => slack.close());

const api = 'https://slack.com/api/chat.postMessage';
const hook = 'https://hooks.slack.com/services/T/B/X';
const secret = { token: 'xoxb-1' };

test("a text of the user takes the place of Flux's, also where only a line is shown", async () => {
  const { requests } = await slack.notify({
    provider: { address: hook },
    message: '*apps* is live\nsince today',
  });
  const body = JSON.parse(requests[0]?.body ?? '');
  assert.is(body.attachments[0].text, '*apps* is live\nsince today');
  assert.is(body.attachments[0].fallback, 'kustomization/web.apps: *apps* is live');
});

test('what the API refuses with status 200 is a failure that says why', async () => {
  const provider = { address: api };
  const answer = (error: string) => ({ provider, secret, respond: () => ({ body: { ok: false, error } }) });
  const wrong = await slack.failure(answer('channel_not_found'));
  assert.match(wrong.message, 'Slack responded with error: channel_not_found');
  assert.ok(wrong.terminal);
  assert.match(wrong.hint ?? '', 'spec.channel');
  assert.not.ok((await slack.failure(answer('internal_error'))).terminal, 'that passes');
  const { failure } = await slack.notify({ provider, secret, respond: () => ({ body: { ok: true } }) });
  assert.is(failure, undefined);
});

test('a webhook answers in plain text, which is not looked at', async () => {
  const { failure } = await slack.notify({ provider: { address: hook }, respond: () => ({ body: 'ok' }) });
  assert.is(failure, undefined);
});

test('a busy service is asked again when it says so, a refusal is final', async () => {
  const busy = await slack.failure({
    provider: { address: hook },
    respond: () => ({ status: 429, headers: { 'retry-after': '30' } }),
  });
  assert.not.ok(busy.terminal);
  assert.is(busy.retryAfterMs, 30_000);
  const broken = await slack.failure({ provider: { address: hook }, respond: () => ({ status: 503 }) });
  assert.not.ok(broken.terminal);
  const refused = await slack.failure({
    provider: { address: hook },
    respond: () => ({ status: 404, body: `no_team${' and more'.repeat(1000)}` }),
  });
  assert.ok(refused.terminal);
  assert.match(
    refused.message,
    'postMessage failed: request failed: request failed with status code 404: no_team',
  );
  assert.ok(refused.message.length < 1500, 'the answer is not shown as a whole');
});

test('an address that is none is not shown: it can be a secret', async () => {
  const { message, terminal } = await slack.failure({
    provider: { address: 'hooks.slack.com/services/T/B/X' },
  });
  assert.match(message, 'invalid Slack hook URL');
  assert.not.match(message, '/T/B/X');
  assert.ok(terminal);
});

test('the token is not sent to where a webhook redirects', async () => {
  const { requests } = await slack.notify({
    provider: { address: 'https://slack.example.com/hook' },
    secret,
    respond: ({ url }) =>
      url.endsWith('/hook') ? { status: 307, headers: { location: '/moved' } } : { body: {} },
  });
  assert.equal(
    requests.map(({ url, headers }) => [new URL(url).pathname, headers['authorization']]),
    [
      ['/hook', 'Bearer xoxb-1'],
      ['/moved', 'Bearer xoxb-1'],
    ],
    'to the same origin it is',
  );
});

test.run();
