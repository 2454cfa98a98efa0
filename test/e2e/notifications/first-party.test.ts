import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createWorld, type World } from '../harness.ts';
import { alert, event, post, provider, secret } from './stage.ts';

interface Request {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

const requests: Request[] = [];
const server = createServer(async (request, response) => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  requests.push({
    path: request.url ?? '',
    headers: request.headers,
    body: JSON.parse(Buffer.concat(pieces).toString()),
  });
  response.end('ok');
});
let url: string;
let world: World;
test.before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  world = await createWorld();
});
test.after(async () => {
  await world.close();
  server.closeAllConnections();
  server.close();
});

test("the plugins that come with the host speak their services' languages, each with the Alert's text", async () => {
  const namespace = await world.cluster.namespace('types');
  await world.apply(
    secret(namespace, 'generic', {
      address: `${url}/generic`,
      token: 'signing-key',
      headers: 'X-Team: apps',
    }),
    provider(namespace, { type: 'generic-hmac', secretRef: { name: 'generic' } }, 'generic'),
    provider(namespace, { type: 'slack', address: `${url}/slack`, channel: 'deploys' }, 'slack'),
    alert(namespace, { providerRef: { name: 'generic' }, summary: 'production' }, 'to-generic'),
    alert(namespace, { providerRef: { name: 'slack' }, template: '{{event.reason}}!' }, 'to-slack'),
  );
  const by = (path: string) => requests.find((request) => request.path === path);
  await world.eventually({ what: 'both' }, async () => {
    await post(world, event(namespace, 'web', { message: `it broke ${Math.random()}` }));
    return by('/generic') !== undefined && by('/slack') !== undefined;
  });
  const generic = by('/generic');
  assert.is(generic?.headers['x-team'], 'apps');
  assert.is(generic?.headers['gotk-component'], 'kustomize-controller');
  assert.match(String(generic?.headers['x-signature']), /^sha256=[0-9a-f]{64}$/);
  assert.match(String(generic?.body['message']), /^it broke 0\./);
  assert.equal(generic?.body['metadata'], { summary: 'production' });
  const slack = by('/slack');
  assert.is(slack?.body['channel'], 'deploys');
  assert.match(JSON.stringify(slack?.body), /BuildFailed!/);
});

test.run();
