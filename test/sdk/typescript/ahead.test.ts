import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpServer } from '@flux-host/host/sandbox/testing/servers.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { workbench } from './workbench.ts';

const bench = workbench();
const waiting: [string, ServerResponse][] = [];
/** Answers nobody before three have asked. */
const server = await httpServer((request, response) => {
  waiting.push([request.url ?? '', response]);
  if (waiting.length < 3) return;
  for (const [url, each] of waiting.splice(0)) each.end(`answer to ${url}`);
});
const out = mkdtempSync(join(tmpdir(), 'flux-ahead-'));

test.after(async () => {
  await bench.close();
  await server.close();
  rmSync(out, { recursive: true });
});

test('several requests are under way at the same time, and each has its own answer', async () => {
  const command = await bench.command(
    `const sent = ['/a', '/b', '/c'].map((path) => fetchAhead(args[0] + path));
    const [first, second, third] = await Promise.all(sent.map((one) => one.response()));
    await second.save('/out/b');
    return [await third.text(), await first.text()];`,
    "requests: { network: ['127.0.0.1'] },",
  );
  assert.equal(await command([server.url], { egress: { allow: ['127.0.0.1'] }, out }), [
    'answer to /c',
    'answer to /a',
  ]);
  assert.is(readFileSync(join(out, 'b'), 'utf8'), 'answer to /b');
});

test.run();
