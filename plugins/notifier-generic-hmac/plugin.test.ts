import { createHmac } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';

const test = suite('generic-hmac');
let generic: OpenNotifier;

test.before(async () => {
  generic = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => generic.close());

const provider = { address: 'https://example.com/hook?x=1' };

test('headers of the Secret are sent, and those that Flux sets can be changed but for the signature', async () => {
  const headers =
    'x-team: web\nX-Number: 1\ncontent-type: application/cloudevents+json\nX-SIGNATURE: forged\n';
  const { requests } = await generic.notify({ provider, secret: { token: 'k', headers } });
  const [request] = requests;
  assert.is(request?.url, provider.address);
  assert.equal(
    ['x-team', 'x-number', 'content-type', 'gotk-component', 'x-signature'].map(
      (name) => request?.headers[name],
    ),
    [
      'web',
      '1',
      'application/cloudevents+json',
      'kustomize-controller',
      `sha256=${createHmac('sha256', 'k')
        .update(request?.body ?? '')
        .digest('hex')}`,
    ],
  );
});

test('the body is what Go makes of the event, also for odd keys and characters', async () => {
  const { requests } = await generic.notify({
    provider,
    secret: { token: 'k' },
    event: {
      timestamp: '2026-03-04T07:06:07.9+02:00',
      message: '<a> & "b"\u2028',
      metadata: { 10: 'ten', 9: 'nine', b: '', a: 'ü' },
    },
  });
  assert.is(
    requests[0]?.body,
    '{"involvedObject":{"kind":"Kustomization","namespace":"apps","name":"web",' +
      '"uid":"5d2a8a3f-6d3c-4c53-9c4e-0a5c1a0b2f10","apiVersion":"kustomize.toolkit.fluxcd.io/v1"},' +
      '"severity":"info","timestamp":"2026-03-04T05:06:07Z","message":"\\u003ca\\u003e \\u0026 \\"b\\"\\u2028",' +
      '"reason":"ReconciliationSucceeded","metadata":{"10":"ten","9":"nine","a":"ü","b":""},' +
      '"reportingController":"kustomize-controller"}',
  );
});

test('headers that are no YAML map are refused without showing them', async () => {
  for (const headers of ['- s3cret', 's3cret', 'a: b: s3cret', 'bad name: s3cret']) {
    const { message } = await generic.failure({ provider, secret: { token: 'k', headers } });
    assert.match(message, 'key headers');
    assert.not.match(message, 's3cret');
  }
});

test.run();
