import type { ServerResponse } from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMaps, reply, startFakeServer } from '../kube/test/fake-server.ts';
import { StatusSession } from './status-session.ts';
import type { FluxObject } from './types.ts';

/** A server that takes patches and answers them when it is told to. */
async function slowServer() {
  const sent: Record<string, unknown>[] = [];
  const waiting: { response: ServerResponse; body: () => FluxObject }[] = [];
  let spec: FluxObject['spec'] = { interval: '1m' };
  const server = await startFakeServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      const patch: { status: Record<string, unknown> } = JSON.parse(text);
      sent.push(patch.status);
      waiting.push({ response, body: () => ({ ...object(), spec, status: patch.status }) });
    });
  });
  return {
    server,
    sent,
    changeSpec: (changed: FluxObject['spec']) => {
      spec = changed;
    },
    async answer() {
      for (let turn = 0; turn < 1000 && waiting.length === 0; turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
      const next = waiting.shift();
      if (next) reply(next.response, 200, next.body());
    },
  };
}

function object(): FluxObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'app', namespace: 'apps', generation: 1, resourceVersion: '5' },
    spec: { interval: '1m' },
    status: { observedGeneration: 1 },
  };
}

function sessionOf(server: Awaited<ReturnType<typeof slowServer>>['server']): StatusSession<FluxObject> {
  return new StatusSession<FluxObject>({
    client: server.client(),
    resource: configMaps,
    object: object(),
    fieldManager: 'test',
    redact: (text) => text,
  });
}

test('what changes while a write is under way is written by the next one', async () => {
  const { server, sent, answer } = await slowServer();
  const session = sessionOf(server);
  session.object.status = { observedGeneration: 1, step: 'one' };
  const first = session.patch();
  while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
  session.object.status = { observedGeneration: 1, step: 'two' };
  await Promise.all([first, answer()]);
  await Promise.all([session.patch(), answer()]);
  assert.equal(sent, [{ step: 'one' }, { step: 'two' }]);
  await server.close();
});

test('a spec that somebody changed meanwhile is what the session has afterwards', async () => {
  const { server, answer, changeSpec } = await slowServer();
  const session = sessionOf(server);
  session.object.status = { observedGeneration: 1, step: 'one' };
  changeSpec({ interval: '2m' });
  await Promise.all([session.patch(), answer()]);
  assert.is(session.written.spec['interval'], '2m');
  assert.is(session.object.spec['interval'], '1m');
  await server.close();
});

test('nothing changed means no request', async () => {
  const { server, sent } = await slowServer();
  await sessionOf(server).patch();
  assert.is(sent.length, 0);
  await server.close();
});

test.run();
