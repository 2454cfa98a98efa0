import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';
import { titleCase } from './alert.ts';

const test = suite('alertmanager');
let alertmanager: OpenNotifier;

test.before(async () => {
  alertmanager = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => alertmanager.close());

const address = 'https://alerts.example.com/api/v2/alerts/';

test('user name and password outweigh a token, but only together', async () => {
  const sent = async (secret: Record<string, string>) =>
    (await alertmanager.notify({ provider: { address }, secret })).requests[0]?.headers['authorization'];
  assert.is(await sent({ token: 't', username: 'u', password: 'p' }), `Basic ${btoa('u:p')}`);
  assert.is(await sent({ token: 't', username: 'u' }), 'Bearer t');
  assert.is(await sent({ username: 'u' }), undefined);
});

test('labels of Flux cannot be replaced by metadata', async () => {
  const { requests } = await alertmanager.notify({
    provider: { address },
    event: { metadata: { alertname: 'mine', team: 'web', summary: 'prod' } },
  });
  const [alert] = JSON.parse(requests[0]?.body ?? '');
  assert.equal(
    [alert.labels.alertname, alert.labels.team],
    ['FluxKustomizationReconciliationsucceeded', 'web'],
  );
  assert.equal(alert.annotations, { message: 'Reconciliation finished', summary: 'prod' });
});

test('a word has one capital', () => {
  for (const [text, expected] of [
    ['BuildFailed', 'Buildfailed'],
    ['some-reason here', 'Some-Reason Here'],
    ["it's", "It's"],
    ['élan_vital', 'Élan_vital'],
    ['', ''],
  ] as const) {
    assert.is(titleCase(text), expected);
  }
});

test.run();
