import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePorts } from '../../helpers/ports.ts';
import { alert, createStage, event, receivedFor, type Stage } from './stage.ts';

let stage: Stage;
test.before(async () => {
  stage = await createStage({ withoutHost: true });
});
test.after(() => stage.close());

test("as Flux's manifest runs it, without a volume and on the port of the artifacts, it takes events in", async () => {
  const { world, service, dir } = stage;
  const [port] = await freePorts(1);
  const namespace = await stage.namespace();
  await world.apply(alert(namespace));
  const address = `127.0.0.1:${port}`;
  await world.startHost({
    dir,
    pluginDirs: [`${dir}/../plugins`],
    env: { TMPDIR: dir },
    flags: [
      '--components=notification-controller',
      `--events-addr=${address}`,
      '--notification-addr=',
      `--storage-addr=${address}`,
      // A file: no folder can be made there.
      `--storage-path=${import.meta.filename}/data`,
    ],
  });
  const body = JSON.stringify(event(namespace, 'web'));
  const answer = await fetch(`http://${address}/`, { method: 'POST', body });
  assert.is(answer.status, 202);
  await world.eventually({ what: 'the notification' }, () => receivedFor(service, namespace).length > 0);
  assert.match(await world.host.logs(), /"msg":"--storage-path cannot be written, files are kept elsewhere"/);
  assert.not((await world.host.logs()).includes('notifications do not survive'));
});

test.run();
