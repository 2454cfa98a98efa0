import type { ServerResponse } from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Intercept, startFaultProxy } from '../../helpers/registry.ts';
import { startS3 } from '../../helpers/storage/s3.ts';
import { configMap } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { secret } from './oci-app.ts';

let world: World;
const s3 = await startS3();
const proxy = await startFaultProxy(s3.endpoint);
const ref = () => `Bucket/${namespace}/app`;
let namespace: string;
let revision: string | undefined;

test.before(async () => {
  world = await createWorld();
  namespace = await world.cluster.namespace('faults');
  await s3.createBucket('apps');
  await s3.put('apps', 'one.yaml', configMap('one'));
  await world.apply(secret(namespace, 'keys', { accesskey: s3.accesskey, secretkey: s3.secretkey }), {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'Bucket',
    metadata: { name: 'app', namespace },
    spec: {
      bucketName: 'apps',
      endpoint: proxy.address,
      insecure: true,
      interval: '1h',
      timeout: '10s',
      secretRef: { name: 'keys' },
    },
  });
  revision = (await world.ready(ref())).status?.artifact?.revision;
});
test.after(async () => {
  await world.close();
  await proxy.stop();
  await s3.stop();
});

const errorOf = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;
const answer =
  (status: number, code: string, headers: Readonly<Record<string, string>> = {}): Intercept =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(errorOf(code));
    return true;
  };
const sending =
  (send: (response: ServerResponse) => void): Intercept =>
  (_request, response) => {
    send(response);
    return true;
  };
/** The bucket is listed, its objects do not come. */
const onlyObjects =
  (intercept: Intercept): Intercept =>
  (request, response, count) =>
    request.url?.includes('.yaml') ? intercept(request, response, count) : false;

/** What services do, and what is said then. */
const faults: Record<string, readonly [Intercept, RegExp]> = {
  'does not know who asks any more': [answer(403, 'InvalidAccessKeyId'), /does not know who asks/],
  'takes the permission to list away': [answer(403, 'AccessDenied'), /allow the identity to list/],
  'has no such bucket any more': [answer(404, 'NoSuchBucket'), /^bucket 'apps' not found/],
  'has another time': [
    answer(403, 'RequestTimeTooSkewed'),
    /the clocks of the host and of the service differ/,
  ],
  'ended the session': [answer(400, 'ExpiredToken'), /the session has ended/],
  'limits the rate': [answer(429, 'SlowDown', { 'retry-after': '3600' }), /the service is overloaded/],
  'breaks down': [answer(500, 'InternalError'), /InternalError/],
  hangs: [() => true, /did not answer within spec\.timeout \(10s\)|within 10000 ms|10s/],
  'sends a page for browsers': [
    sending((response) => response.end('<html>Sign in</html>')),
    /the answer is no listing of a bucket/,
  ],
  'sends a listing without end': [
    sending((response) => {
      response.writeHead(200);
      const more = () => {
        if (!response.destroyed) response.write('<x>'.repeat(20_000), () => setImmediate(more));
      };
      more();
    }),
    /the answer is no listing of a bucket: it has more than|did not finish "resolve" within 10000 ms/,
  ],
  'breaks the download of an object off': [
    onlyObjects(
      sending((response) => {
        response.writeHead(200, { 'content-length': '100000', etag: '"x"' });
        response.write('x', () => response.destroy());
      }),
    ),
    /failed to get '[^']*\.yaml' object: /,
  ],
  'refuses one object': [
    onlyObjects(answer(403, 'AccessDenied')),
    /failed to get '[^']*\.yaml' object: .*AccessDenied/,
  ],
};

let count = 0;
for (const [what, [intercept, message]] of Object.entries(faults)) {
  test(`a service that ${what} is a clear condition, and the last good artifact stays`, async () => {
    count += 1;
    await s3.put('apps', `two-${count}.yaml`, configMap('two'));
    proxy.intercept = intercept;
    await world.request(ref());
    await world.failed(ref(), 'BucketOperationFailed', message, 60_000);
    const failed = await world.get(ref());
    assert.is(condition(failed, 'FetchFailed')?.status, 'True');
    assert.is(condition(failed, 'Stalled'), undefined, 'it is tried again');
    assert.is(failed.status?.artifact?.revision, revision);
    assert.is((await fetch(failed.status?.artifact?.url ?? '')).status, 200);
    proxy.intercept = undefined;
    await world.request(ref());
    const healed = await world.ready(ref());
    assert.is.not(healed.status?.artifact?.revision, revision);
    revision = healed.status?.artifact?.revision;
  });
}

test.run();
