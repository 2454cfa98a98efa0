import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseFlags } from '../config/parse-flags.ts';
import { hostOptions } from './options.ts';

function events(...args: string[]) {
  const { eventsAddress, notification } = hostOptions(parseFlags(args, {}), {});
  return { post: eventsAddress, listen: notification.endpointAddress };
}

test("the arguments of Flux's notification-controller make it listen where Flux's does", () => {
  const alone = '--components=notification-controller';
  assert.equal(events(alone), { post: '', listen: ':9090' });
  assert.equal(events(alone, '--events-addr=:9191'), { post: '', listen: ':9191' });
});

test("the arguments of Flux's other controllers make them post", () => {
  const url = 'http://notification-controller.flux-system.svc.cluster.local./';
  assert.is(events('--components=kustomize-controller', `--events-addr=${url}`).post, url);
});

test('an address that is no URL is not taken for one to listen on where nothing listens', () => {
  assert.is(events('--components=kustomize-controller', '--events-addr=:9090').post, ':9090');
});

test('next to the artifacts, which have port 9090, events are received on another one', () => {
  assert.equal(events(), { post: '', listen: ':9091' });
});

test('one process can listen in one place and post to another', () => {
  const url = 'https://events.example.com/flux';
  assert.equal(events(`--events-addr=${url}`, '--notification-addr=:7000'), { post: url, listen: ':7000' });
  assert.is(events('--notification-addr=0').listen, '0');
});

test.run();
