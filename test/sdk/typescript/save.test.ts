import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpServer } from '@flux-host/host/sandbox/testing/servers.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tarGzOf } from '../../helpers/tar.ts';
import { workbench } from './workbench.ts';

const bench = workbench();
const archive = tarGzOf([
  { name: 'a.txt', content: 'a' },
  { name: 'run', content: '#!', mode: 0o755 },
]);
const large = 50_000_000;
const server = await httpServer((request, response) => {
  if (request.url === '/large') response.end(Buffer.alloc(large, 'z'));
  else response.end(archive);
});
const out = mkdtempSync(join(tmpdir(), 'flux-save-'));

test.after(async () => {
  await bench.close();
  await server.close();
  rmSync(out, { recursive: true });
});

const run = async (body: string, about = '') => {
  const command = await bench.command(body, `requests: { network: ['127.0.0.1'], ${about} },`);
  return command([server.url], { egress: { allow: ['127.0.0.1'] }, out });
};

test('a body that is larger than the memory of the plugin is saved', async () => {
  const saved = await run(
    "return (await fetch(args[0] + '/large')).save('/out/deep/large')",
    "memory: '16Mi'",
  );
  assert.is((saved as { size: number }).size, large);
  assert.is(statSync(join(out, 'deep/large')).size, large);
});

test('an archive is unpacked', async () => {
  await run("await (await fetch(args[0])).save('/out/tree', { unpack: 'tar+gzip' })");
  assert.is(readFileSync(join(out, 'tree/a.txt'), 'utf8'), 'a');
  assert.is(statSync(join(out, 'tree/run')).mode & 0o777, 0o755);
});

test('what is refused is a HostError with its code', async () => {
  const failures = await run(`const failure = async (path: string, options?: SaveOptions) => {
      try { return await (await fetch(args[0])).save(path, options); } catch (error: any) { return [error.name, error.code]; }
    };
    return [await failure('/out/x', { digest: 'sha256:' + '0'.repeat(64) }), await failure('/x'), await failure('/out/x', { maxBytes: 5 }),
      await failure('/out/y', { unpack: 'tar' })];`);
  const codes = ['DIGEST', 'FILES', 'TOO_LARGE', 'ARCHIVE'].map((name) => [
    'HostError',
    `FLUX_E_EGRESS_${name}`,
  ]);
  assert.equal(failures, codes);
});

test('a body is saved once, and only one that came over the network', async () => {
  const seen = await run(`const response = await fetch(args[0]);
    await response.save('/out/once');
    const messages: string[] = [];
    for (const one of [response, new Response('text')]) {
      try { await one.save('/out/twice'); } catch (error: any) { messages.push(error.message); }
    }
    return [response.bodyUsed, ...messages];`);
  assert.equal(seen, [
    true,
    'the body of the response was read already',
    'only what came over the network can be saved',
  ]);
});

test.run();
