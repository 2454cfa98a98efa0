import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';

const test = suite('telegram');
let telegram: OpenNotifier;

test.before(async () => {
  telegram = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => telegram.close());

const secret = { token: '123:abc\n' };

test('a message goes to the chat, with the markup of values taken away', async () => {
  const { requests } = await telegram.notify({
    provider: { channel: '-100123' },
    secret,
    event: {
      severity: 'error',
      message: 'v1.2 (a_b) failed!',
      metadata: { 'chart-version': '6.5.0', z: '\\' },
    },
  });
  assert.is(requests[0]?.url, 'https://api.telegram.org/bot123:abc/sendMessage');
  assert.equal(requests[0]?.json(), {
    chat_id: '-100123',
    text: '*🚨 kustomization/web/apps*\nv1\\.2 \\(a\\_b\\) failed\\!\n\\- *chart\\-version*: 6\\.5\\.0\n\\- *z*: \\\\\n',
    parse_mode: 'MarkdownV2',
  });
});

test('a topic of a forum is named behind the chat', async () => {
  const { requests } = await telegram.notify({ provider: { channel: '-100123:77' }, secret });
  const body = JSON.parse(requests[0]?.body ?? '');
  assert.equal([body.chat_id, body.message_thread_id], ['-100123', '77']);
});

test('what is missing is said before anything is sent', async () => {
  assert.match((await telegram.failure({ secret })).message, 'empty Telegram channel');
  assert.match((await telegram.failure({ provider: { channel: '1' } })).message, 'empty Telegram token');
});

test('the token, which is part of the address, is in no error', async () => {
  const refused = await telegram.failure({
    provider: { channel: '1' },
    secret,
    respond: () => ({ status: 401, body: { ok: false, description: 'Unauthorized' } }),
  });
  assert.match(refused.message, 'status code 401: {"ok":false,"description":"Unauthorized"}');
  assert.not.match(refused.message, '123:abc');
});

test.run();
