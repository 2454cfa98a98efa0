import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen } from '@flux-host/test/helpers/git/listen.ts';
import { startFaultProxy, startRegistry } from '@flux-host/test/helpers/registry.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEgress } from '../sandbox/egress/egress.ts';
import { rejection } from '../sandbox/testing/rejects.ts';
import { createOciClient } from './client.ts';
import { passwordFor } from './credentials.ts';
import { sha256 } from './digest.ts';
import { mediaType } from './media-types.ts';
import { parseReference } from './reference.ts';
import type { Descriptor } from './types.ts';

const egress = createEgress();
const registry = await startRegistry();
const front = await startFaultProxy(registry.address);
const client = createOciClient({ egress, delayMs: 1, timeoutMs: 1500 });
const ref = parseReference(`${front.address}/team/app:v1`);
const folder = mkdtempSync(join(tmpdir(), 'flux-host-oci-'));
const limit = { maxBytes: 100 * 2 ** 20 };

const content = Buffer.from(
  Array.from({ length: 3_000_000 }, (_, index) => (index * 7 + (index >> 8)) % 251),
);
const blob = await client.pushBlob(ref, content);
const config = await client.pushBlob(ref, Buffer.from('{}'));
const image = { schemaVersion: 2, mediaType: mediaType.ociManifest, config, layers: [blob] } as const;
await client.pushManifest(ref, image);

const isBlob = ({ method, url }: IncomingMessage) =>
  method === 'GET' && (url ?? '').includes('/blobs/sha256');
const answer = (response: ServerResponse, status: number, headers = {}, body = '') => {
  response.writeHead(status, headers).end(body);
  return true;
};
/** Sends a part of the blob and breaks the connection. */
const breakAfter = (bytes: number) => (request: IncomingMessage, response: ServerResponse) => {
  const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const range =
    start > 0 ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {};
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': content.length - start, ...range });
  response.write(content.subarray(start, start + bytes), () => response.destroy());
  return true;
};
const pull = () => client.readBlob(ref, blob, limit);

test.before.each(() => {
  front.forget();
  front.intercept = undefined;
});

test('a registry that is busy is asked again when it says', async () => {
  let asked = 0;
  front.intercept = (_request, response, count) => {
    if (count > 1) return false;
    if (count === 1) asked = Date.now();
    return answer(response, 429, { 'retry-after': count === 0 ? '0' : '1' });
  };
  assert.ok(await client.resolve(ref));
  assert.is(front.requests.length, 3);
  assert.ok(Date.now() - asked >= 1000, 'not before the second is over');
});

test('a registry that wants a long pause gets it from the caller', async () => {
  const until = new Date(Date.now() + 3_600_000).toUTCString();
  front.intercept = (_request, response) =>
    answer(
      response,
      429,
      { 'retry-after': until },
      '{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}',
    );
  const error = await rejection(client.tags(ref), 'FLUX_E_OCI_RATE_LIMIT');
  assert.is(front.requests.length, 1);
  assert.ok((error.retryAfterMs ?? 0) > 3_500_000);
  assert.match(error.text, /TOOMANYREQUESTS: slow down.*log in/);
});

test('an error of the registry that passes is not seen', async () => {
  front.intercept = (_request, response, count) => count < 3 && answer(response, 503);
  assert.equal(await client.tags(ref), ['v1']);
});

test('one that stays is reported with the words of the registry', async () => {
  front.intercept = (_request, response) => answer(response, 500, {}, 'disk  on\nfire');
  const error = await rejection(client.tags(ref), 'FLUX_E_OCI_SERVER');
  assert.is(front.requests.length, 4);
  assert.match(error.message, /^GET http:.*\/tags\/list: status 500: disk on fire$/);
});

for (const [status, code] of [
  [401, 'FLUX_E_OCI_UNAUTHORIZED'],
  [403, 'FLUX_E_OCI_FORBIDDEN'],
  [404, 'FLUX_E_OCI_NOT_FOUND'],
  [418, 'FLUX_E_OCI_RESPONSE'],
] as const) {
  test(`status ${status} is not tried again`, async () => {
    front.intercept = (_request, response) => answer(response, status, {}, '<html>go away</html>');
    const error = await rejection(client.tags(ref), code);
    assert.is(front.requests.length, 1);
    assert.not.match(error.text, /html/);
    assert.ok(error.hint);
  });
}

test('a download that breaks off goes on from there', async () => {
  front.intercept = (request, response, count) =>
    isBlob(request) && count < 2 && breakAfter(1_000_000)(request, response);
  assert.ok(Buffer.from(await pull()).equals(content));
  assert.equal(
    front.requests.map(({ headers }) => headers.range),
    [undefined, 'bytes=1000000-2999999', 'bytes=2000000-2999999'],
  );
});

test('a server that knows no ranges sends it all again, and that is right too', async () => {
  front.intercept = (request, response, count) => {
    if (!isBlob(request)) return false;
    if (count === 0) return breakAfter(1_000_000)(request, response);
    delete request.headers.range;
    return false;
  };
  assert.ok(Buffer.from(await pull()).equals(content));
});

test('a download that does not get on is given up, and no file stays', async () => {
  front.intercept = (request, response) => isBlob(request) && breakAfter(10)(request, response);
  const file = join(folder, 'broken');
  await rejection(client.saveBlob(ref, blob, { ...limit, file }), 'FLUX_E_OCI_NETWORK');
  assert.is(front.requests.length, 4);
  assert.not.ok(existsSync(file));
});

test('an answer that ends early without an error is noticed', async () => {
  front.intercept = (request, response) =>
    isBlob(request) && answer(response, 200, { 'transfer-encoding': 'chunked' }, 'abc');
  const error = await rejection(pull(), 'FLUX_E_OCI_NETWORK');
  assert.match(error.message, /ended after \d+ of 3000000 bytes/);
});

test('other content than the digest promises is refused, in blobs and manifests', async () => {
  const changed = Buffer.from(content);
  changed[17] = (changed[17] ?? 0) ^ 1;
  front.intercept = (_request, response) => {
    response.end(changed);
    return true;
  };
  const file = join(folder, 'changed');
  const error = await rejection(client.saveBlob(ref, blob, { ...limit, file }), 'FLUX_E_OCI_DIGEST');
  assert.match(error.message, new RegExp(`has the digest ${sha256(changed)} instead of ${blob.digest}`));
  assert.not.ok(existsSync(file));
  const other = JSON.stringify({ ...image, annotations: { evil: 'yes' } });
  front.intercept = (_request, response) =>
    answer(response, 200, { 'content-type': mediaType.ociManifest }, other);
  const digest = sha256(Buffer.from(JSON.stringify(image)));
  await rejection(client.manifest({ ...ref, digest }), 'FLUX_E_OCI_DIGEST');
});

test('a HEAD that names another digest than was asked for is not believed', async () => {
  const { digest } = await client.resolve(ref);
  front.intercept = ({ method }, response) =>
    method === 'HEAD' &&
    answer(response, 200, {
      'content-type': mediaType.ociManifest,
      'content-length': 5,
      'docker-content-digest': `sha256:${'0'.repeat(64)}`,
    });
  assert.is((await client.resolve({ ...ref, digest })).digest, digest);
});

test('a manifest that is two things at once is refused', async () => {
  for (const [type, body] of [
    [mediaType.ociManifest, { ...image, manifests: [] }],
    [mediaType.ociIndex, { schemaVersion: 2, manifests: [], layers: [] }],
    [mediaType.ociIndex, image],
    [mediaType.dockerManifest, image],
    ['application/vnd.docker.distribution.manifest.v1+prettyjws', { schemaVersion: 1 }],
    ['text/html', image],
    [mediaType.ociManifest, { schemaVersion: 2, config: { ...config, digest: 'sha256:abc' }, layers: [] }],
  ] as const) {
    front.intercept = (_request, response) =>
      answer(response, 200, { 'content-type': type }, JSON.stringify(body));
    await rejection(client.manifest(ref), 'FLUX_E_OCI_MEDIA_TYPE');
  }
});

test('a body without end is not read past the limit', async () => {
  let sent = 0;
  front.intercept = (_request, response) => {
    const pour = () => {
      for (let more = true; more && !response.destroyed; sent += 65_536)
        more = response.write(Buffer.alloc(65_536));
      response.once('drain', pour);
    };
    pour();
    return true;
  };
  await rejection(client.manifest(ref), 'FLUX_E_OCI_TOO_LARGE');
  await rejection(client.tags(ref), 'FLUX_E_OCI_TOO_LARGE');
  const small: Descriptor = { ...blob, size: 1000 };
  await rejection(client.readBlob(ref, small, { maxBytes: 1000 }), 'FLUX_E_OCI_DIGEST');
  assert.ok(sent < 64 * 2 ** 20);
});

test('a registry that hangs is given up, before and in the middle of an answer', async () => {
  const impatient = createOciClient({ egress, timeoutMs: 300, retries: 0 });
  front.intercept = () => true;
  await rejection(impatient.tags(ref), 'FLUX_E_OCI_TIMEOUT');
  front.intercept = (_request, response) => {
    response.writeHead(200, { 'content-length': blob.size }).write('some');
    return true;
  };
  const error = await rejection(impatient.readBlob(ref, blob, limit), 'FLUX_E_OCI_TIMEOUT');
  assert.match(error.text, /stopped in the middle.*firewall/);
});

test('an abort ends what is under way with its own reason, also a wait', async () => {
  const reason = new Error('a new revision is there');
  const endless = [() => true, (_: IncomingMessage, response: ServerResponse) => response.write('some')];
  for (const intercept of endless) {
    front.intercept = intercept;
    const abort = new AbortController();
    setTimeout(() => abort.abort(reason), 50);
    assert.is(
      await client.readBlob(ref, blob, { ...limit, signal: abort.signal }).catch((error) => error),
      reason,
    );
  }
  front.intercept = (_request, response) => answer(response, 429, { 'retry-after': '15' });
  const abort = new AbortController();
  setTimeout(() => abort.abort(reason), 50);
  assert.is(await client.tags(ref, { signal: abort.signal }).catch((error) => error), reason);
  assert.is(
    await client.tags(ref, { signal: abort.signal }).catch((error) => error),
    reason,
    'before it began',
  );
});

test('a piece of an upload that is lost is sent again, from what the registry has', async () => {
  let lost = 0;
  front.intercept = async (request, response, count) => {
    if (request.method !== 'PATCH' || lost > 0 || count > 0) return false;
    if (request.headers['content-range'] !== '1000000-1999999') return false;
    lost += 1;
    await request.toArray();
    response.destroy();
    return true;
  };
  const bytes = Buffer.alloc(2_500_000, 'q');
  const descriptor = await client.pushBlob(ref, bytes, { chunkBytes: 1_000_000 });
  assert.is(lost, 1);
  assert.ok(Buffer.from(await client.readBlob(ref, descriptor, limit)).equals(bytes));
  assert.is(front.requests.filter(({ method }) => method === 'POST').length, 1, 'it was not begun anew');
});

test('a piece that arrived is not sent again when only the answer was lost', async () => {
  let lost = 0;
  front.intercept = async (request, response) => {
    if (request.method !== 'PATCH' || lost > 0) return false;
    lost += 1;
    const { method = '', url = '', headers } = request;
    const body = Buffer.concat(await request.toArray());
    const onward = httpRequest(`http://${registry.address}${url}`, { method, headers }, (passed) => {
      passed.resume();
      response.destroy();
    });
    onward.end(body);
    return true;
  };
  const bytes = Buffer.alloc(2_500_000, 'r');
  const descriptor = await client.pushBlob(ref, bytes, { chunkBytes: 1_000_000 });
  assert.ok(await client.hasBlob({ ...ref, digest: descriptor.digest }));
  assert.equal(
    front.requests.filter(({ method }) => method === 'PATCH').map(({ headers }) => headers['content-range']),
    ['0-999999', '1000000-1999999', '2000000-2499999'],
  );
});

test('an upload whose end fails is begun anew', async () => {
  front.intercept = async (request, response) => {
    if (request.method !== 'PUT' || front.requests.filter(({ method }) => method === 'PUT').length > 1)
      return false;
    await request.toArray();
    return answer(response, 502);
  };
  const bytes = Buffer.from('once more');
  const descriptor = await client.pushBlob(ref, bytes);
  assert.is(front.requests.filter(({ method }) => method === 'POST').length, 2);
  assert.ok(await client.hasBlob({ ...ref, digest: descriptor.digest }));
});

test('passwords stay with the registry: neither a redirect nor an upload address gets them', async () => {
  const seen: (string | undefined)[] = [];
  const storage = createServer(({ headers, method }, response) => {
    seen.push(headers.authorization);
    if (method === 'PUT') response.writeHead(201);
    response.end(method === 'GET' ? content : '');
  });
  const elsewhere = `http://127.0.0.1:${await listen(storage)}`;
  front.intercept = (request, response) => {
    if (!request.headers.authorization)
      return answer(response, 401, { 'www-authenticate': 'Basic realm="test"' });
    if (isBlob(request)) return answer(response, 307, { location: `${elsewhere}/blob` });
    return request.method === 'POST' && answer(response, 202, { location: `${elsewhere}/upload` });
  };
  const credentials = passwordFor(front.address, 'ada', 'secret');
  const user = createOciClient({ egress, access: { credentials } });
  assert.ok(Buffer.from(await user.readBlob(ref, blob, limit)).equals(content));
  await user.pushBlob(ref, Buffer.from('elsewhere'));
  assert.equal(seen, [undefined, undefined]);
  storage.close();
});

for (const known of [true, false]) {
  test(`a password stays at home when an upload leads to a registry that wants one (${known ? 'known' : 'new'})`, async () => {
    const seen: (string | undefined)[] = [];
    const other = createServer(({ headers }, response) => {
      seen.push(headers.authorization);
      answer(response, 401, { 'www-authenticate': 'Basic realm="other"' });
    });
    const elsewhere = `127.0.0.1:${await listen(other)}`;
    const login = { kind: 'password', username: 'ada', password: 'secret' } as const;
    const user = createOciClient({ egress, access: { credentials: () => login } });
    if (known)
      await rejection(user.tags({ registry: elsewhere, name: 'team/app' }), 'FLUX_E_OCI_UNAUTHORIZED');
    seen.length = 0;
    front.intercept = (request, response) =>
      request.method === 'POST' && answer(response, 202, { location: `http://${elsewhere}/upload` });
    await rejection(user.pushBlob(ref, Buffer.from('to another registry')), 'FLUX_E_OCI_UNAUTHORIZED');
    assert.equal(seen, [undefined]);
    other.close();
  });
}

test('a registry that stored something else than was pushed is not believed', async () => {
  front.intercept = async (request, response) => {
    if (request.method !== 'PUT') return false;
    await request.toArray();
    return answer(response, 201, { 'docker-content-digest': `sha256:${'0'.repeat(64)}` });
  };
  await rejection(client.pushManifest(ref, image), 'FLUX_E_OCI_DIGEST');
});

test('the next page of a list is asked for on the same registry only', async () => {
  front.intercept = (_request, response) =>
    answer(response, 200, { link: '<http://127.0.0.1:1/v2/x/tags/list>; rel="next"' }, '{"tags":["a"]}');
  const error = await rejection(client.tags(ref), 'FLUX_E_OCI_RESPONSE');
  assert.match(error.message, /another host/);
});

test('a registry cannot lead to addresses that are never asked', async () => {
  for (const location of ['http://169.254.169.254/latest/meta-data', 'http://[fd00:ec2::254]/']) {
    front.intercept = (_request, response) => answer(response, 307, { location });
    const error = await rejection(client.tags(ref), 'FLUX_E_OCI_ADDRESS');
    assert.not.match(error.text, /plugin/);
  }
});

test('a registry that is not there is named with what to check', async () => {
  const nobody = createOciClient({ egress, retries: 0 });
  const error = await rejection(nobody.tags(parseReference('127.0.0.1:1/team/app')), 'FLUX_E_OCI_NETWORK');
  assert.match(error.text, /127\.0\.0\.1:1 refused the connection/);
});

test.after(async () => {
  await egress.close();
  await Promise.all([front.stop(), registry.stop()]);
  rmSync(folder, { recursive: true });
});

test.run();
