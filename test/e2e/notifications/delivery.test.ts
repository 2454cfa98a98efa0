import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp } from '../app.ts';
import { alert, createStage, event, post, provider, receivedFor, type Stage, secret } from './stage.ts';

let stage: Stage;
test.before(async () => {
  stage = await createStage();
});
test.after(() => stage.close());

const arrived = (namespace: string, count = 1) =>
  stage.world.eventually(
    {
      what: `${count} notifications`,
      state: async () =>
        JSON.stringify([
          receivedFor(stage.service, namespace),
          await stage.world.events(`Alert/${namespace}/alert`),
        ]),
    },
    () => receivedFor(stage.service, namespace).length >= count,
  );

const warned = (ref: string, reason: string, message: RegExp) =>
  stage.world.eventually(
    {
      what: `${ref} to have an event ${reason} ${message}`,
      state: async () => JSON.stringify((await stage.world.events(ref)).map((each) => each['message'])),
    },
    async () =>
      (await stage.world.events(ref)).some(
        (each) => each['reason'] === reason && message.test(String(each['message'])),
      ),
  );

test('what happens to a Kustomization of this process is told without the network', async () => {
  const { world, service } = stage;
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  const { namespace } = app;
  await world.apply(
    provider(namespace, { address: service.url }),
    alert(namespace, {
      eventSources: [{ kind: 'GitRepository', name: '*' }],
      eventMetadata: { cluster: 'test' },
    }),
  );
  await world.ready(app.source);
  await app.repository.commit({ files: { 'two.yaml': configMap('two') } });
  await world.request(app.source);
  await arrived(namespace);
  const [first] = receivedFor(service, namespace);
  assert.is(first?.event.severity, 'info');
  assert.is(first?.event.reportingController, 'source-controller');
  assert.is(first?.event.metadata?.['cluster'], 'test');
  assert.match(first?.event.metadata?.['revision'] ?? '', /^main@sha1:/);
  assert.is(first?.alert.name, 'alert');
});

test('an event that another controller posts is delivered once, and told apart from its repetition', async () => {
  const { world, service } = stage;
  const namespace = await stage.namespace();
  await world.apply(alert(namespace));
  const repeated = event(namespace, 'web', {
    metadata: {
      'kustomize.toolkit.fluxcd.io/revision': 'main@sha1:1',
      'kustomize.toolkit.fluxcd.io/token': 'x',
      'other/key': 'y',
    },
  });
  await world.eventually({ what: 'the Alert to be known' }, async () => {
    const probe = event(namespace, 'probe', { message: `${Math.random()}` });
    await post(world, probe);
    return receivedFor(service, namespace).length > 0;
  });
  assert.is(await post(world, repeated), 202);
  assert.is(await post(world, repeated), 429);
  assert.is(await post(world, event(namespace, 'web', { message: 'it broke again' })), 202);
  await world.eventually({ what: 'both' }, () => {
    const texts = receivedFor(service, namespace).map((each) => each.event.message);
    return texts.includes('it broke') && texts.includes('it broke again');
  });
  const got = receivedFor(service, namespace).filter(({ event: { message } }) => message === 'it broke');
  assert.is(got.length, 1);
  assert.equal(got[0]?.event.metadata, { revision: 'main@sha1:1' });
});

test('what is no event is refused', async () => {
  const { world } = stage;
  assert.is(await post(world, 'no json'), 400);
  assert.is(await post(world, '[]'), 400);
  assert.is(await post(world, '{"message":7}'), 400);
  assert.is(await post(world, JSON.stringify({ message: 'x'.repeat(3 * 2 ** 20) })), 413);
  assert.is((await fetch(world.host.eventsUrl)).status, 405);
  assert.is(await post(world, '{}'), 202, 'nobody wants it, and that is fine');
});

test('the token goes into the request and is seen by nobody; what the plugin may see it sees', async () => {
  const { world, service } = stage;
  const namespace = await stage.namespace({
    secretRef: { name: 'access' },
    address: 'http://unused.invalid',
  });
  await world.apply(
    secret(namespace, 'access', {
      address: `${service.url}?for=${namespace}`,
      token: 'very-secret-token',
      username: 'flux-bot',
      'channel-key': 'visible',
    }),
    alert(namespace),
  );
  await world.eventually({ what: 'a notification' }, async () => {
    await post(world, event(namespace, 'web', { message: `${Math.random()}` }));
    return receivedFor(service, namespace).length > 0;
  });
  const [first] = receivedFor(service, namespace);
  assert.is(first?.authorization, 'Bearer very-secret-token');
  assert.is(first?.seen, 'visible');
  assert.is(first?.provider.username, 'flux-bot');
  assert.not(JSON.stringify({ ...first, authorization: '' }).includes('very-secret-token'));
});

test('a service that refuses for good is not asked again; the Alert says why, without the token', async () => {
  const { world, service } = stage;
  const namespace = await stage.namespace({ secretRef: { name: 'access' } });
  await world.apply(secret(namespace, 'access', { token: 'very-secret-token' }), alert(namespace));
  let asked = 0;
  service.answer = ({ event: { involvedObject } }) => {
    if (involvedObject.namespace !== namespace) return undefined;
    asked += 1;
    return { status: 400, body: 'bad token very-secret-token' };
  };
  await world.eventually({ what: 'a request' }, async () => {
    await post(world, event(namespace, 'web', { message: `${Math.random()}` }));
    return asked > 0;
  });
  const ref = `Alert/${namespace}/alert`;
  await warned(
    ref,
    'NotificationDispatchFailed',
    /^failed to send notification for Kustomization\/.*\/web: .*400/,
  );
  service.answer = () => undefined;
  const texts = (await world.events(ref)).map((each) => String(each['message']));
  assert.not(texts.join().includes('very-secret-token'));
  assert.equal(
    (await world.host.logs()).split('\n').filter((line) => line.includes('very-secret-token')),
    [],
  );
  assert.equal(
    texts.filter((text) => text.includes('it is tried again')),
    [],
  );
});

test('a service that is down for a moment gets everything, in order for each object', async () => {
  const { world, service } = stage;
  const namespace = await stage.namespace();
  await world.apply(alert(namespace));
  let down = true;
  service.answer = ({ event: { involvedObject } }) =>
    down && involvedObject.namespace === namespace ? { status: 503, retryAfter: 1 } : undefined;
  const before = service.requests;
  await world.eventually({ what: 'the first attempt' }, async () => {
    await post(world, event(namespace, 'first', { message: `${Math.random()}` }));
    return service.requests > before;
  });
  for (let n = 0; n < 20; n += 1) {
    assert.is(await post(world, event(namespace, `app-${n % 3}`, { message: `round ${n}` })), 202);
  }
  await warned(`Alert/${namespace}/alert`, 'NotificationDispatchFailed', /503.*it is tried again$/);
  down = false;
  const rounds = () =>
    receivedFor(service, namespace).filter(({ event: { message } }) => message.startsWith('round'));
  await world.eventually({ what: 'all rounds' }, () => rounds().length >= 20);
  for (const app of ['app-0', 'app-1', 'app-2']) {
    const order = rounds()
      .filter(({ event: { involvedObject } }) => involvedObject.name === app)
      .map(({ event: { message } }) => Number(message.split(' ')[1]));
    assert.equal(
      order,
      order.toSorted((a, b) => a - b),
      app,
    );
  }
  service.answer = () => undefined;
});

test('a provider that hangs does not hold up another one', async () => {
  const { world, service } = stage;
  const slow = await stage.namespace({ address: 'http://127.0.0.1:9/discard', timeout: '5s' });
  const fine = await stage.namespace();
  await world.apply(alert(slow), alert(fine));
  for (let n = 0; n < 5; n += 1) await post(world, event(slow, `web-${n}`));
  await world.eventually({ what: 'the other one' }, async () => {
    await post(world, event(fine, 'web', { message: `${Math.random()}` }));
    return receivedFor(service, fine).length > 0;
  });
});

test('a type that no plugin provides is named with those that there are, on the Alert and on the Provider', async () => {
  const { world } = stage;
  const namespace = await stage.namespace({ type: 'no-such-type' });
  await world.apply(alert(namespace));
  await post(world, event(namespace, 'web'));
  const text = /no notifier for provider type "no-such-type" is installed .*install.*installed are: .*probe/;
  await world.eventually({ what: 'the Alert to be known' }, async () => {
    await post(world, event(namespace, 'web', { message: `${Math.random()}` }));
    return (await world.events(`Alert/${namespace}/alert`)).length > 0;
  });
  await warned(`Alert/${namespace}/alert`, 'NotificationDispatchFailed', text);
  await warned(`Provider/${namespace}/probe`, 'InvalidConfig', text);
});

test('a template says what the message is; a broken one is told to the Alert, and the message goes out all the same', async () => {
  const { world, service } = stage;
  const namespace = await stage.namespace();
  await world.apply(
    alert(namespace, {
      template: '{{alert.name}}: {{event.involvedObject.name}} {{event.message}}{{provider.address}}',
    }),
    alert(namespace, { template: '{{#broken}}' }, 'broken'),
  );
  await world.eventually({ what: 'both' }, async () => {
    await post(world, event(namespace, 'web', { message: `<it> broke & ${Math.random()}` }));
    const names = receivedFor(service, namespace).map(({ alert: of }) => of.name);
    return names.includes('alert') && names.includes('broken');
  });
  const [good] = receivedFor(service, namespace).filter(({ alert: of }) => of.name === 'alert');
  assert.match(good?.message ?? '', /^alert: web <it> broke & 0\.\d+$/);
  await warned(`Alert/${namespace}/broken`, 'InvalidConfig', /Unclosed section "broken"/);
});

test('finalizers that older versions of Flux left are taken off Alerts and Providers', async () => {
  const { world } = stage;
  const namespace = await stage.namespace();
  const old = alert(namespace);
  await world.apply({ ...old, metadata: { ...old.metadata, finalizers: ['finalizers.fluxcd.io'] } });
  await world.until(
    `Alert/${namespace}/alert`,
    'to have no finalizer',
    ({ metadata }) => (metadata.finalizers ?? []).length === 0,
  );
  await warned(`Alert/${namespace}/alert`, 'Migration', /removed finalizer from Alert/);
});

test('requests and deliveries are counted', async () => {
  const metrics = await (await fetch(stage.world.host.metricsUrl)).text();
  assert.match(
    metrics,
    /gotk_event_http_request_duration_seconds_count\{.*handler="\/",method="POST",code="202"\} \d+/,
  );
  assert.match(metrics, /gotk_event_http_request_duration_seconds_count\{.*code="429"\} \d+/);
  assert.match(
    metrics,
    /flux_host_notification_attempts_total\{provider="notify-\w+\/probe",result="delivered"\} \d+/,
  );
  assert.match(metrics, /flux_host_notification_outbox_depth \d+/);
});

test.run();
