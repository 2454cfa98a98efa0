import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';

const test = suite('discord');
let discord: OpenNotifier;

test.before(async () => {
  discord = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => discord.close());

test('messages go to where Discord understands the form of Slack', async () => {
  for (const [address, sent] of [
    ['https://discord.com/api/webhooks/1/abc', 'https://discord.com/api/webhooks/1/abc/slack'],
    ['https://discord.com/api/webhooks/1/abc/', 'https://discord.com/api/webhooks/1/abc/slack'],
    ['https://discord.com/api/webhooks/1/abc/slack', 'https://discord.com/api/webhooks/1/abc/slack'],
    [
      'https://discord.com/api/webhooks/1/abc?wait=true',
      'https://discord.com/api/webhooks/1/abc/slack?wait=true',
    ],
  ] as const) {
    const { requests } = await discord.notify({ provider: { address } });
    assert.is(requests[0]?.url, sent);
    assert.is(JSON.parse(requests[0]?.body ?? '').username, 'kustomize-controller');
  }
});

test.run();
