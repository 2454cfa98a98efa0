import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../../errors/flux-error.ts';
import { createRenderPool, type RenderPool } from './pool.ts';

const pools = suite('render pool');
const object = 'apiVersion: v1\nkind: A\nmetadata: {name: a}\n';
const never = new AbortController().signal;
/** Matching this takes hours: every start of the text is tried against every end. */
const endless = {
  stream: `${object}x: $\{v##${'*a'.repeat(400)}b}\n`,
  substitution: { variables: { v: 'a'.repeat(100_000) }, strict: true },
};
let pool: RenderPool;

pools.before.each(() => {
  pool = createRenderPool({ threads: 1, idleMs: 1000, timeoutMs: 1500, heapMiB: 64 });
});
pools.after.each(() => pool.close());

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return error instanceof FluxError ? error.code : error instanceof Error ? error.name : String(error);
  }
  return 'none';
}

pools('a substitution without end is stopped, and the next build goes through', async () => {
  assert.is(await codeOf(pool.render(endless.stream, endless.substitution, never)), 'FLUX_E_BUILD_TIMEOUT');
  assert.is((await pool.render(object, null, never)).chunks.length, 1);
});

pools('an output that does not fit into memory fails alone', async () => {
  const large = `${object}x: [${'{a: b}, '.repeat(2_000_000)}c]\n`;
  const outcome = await codeOf(pool.render(large, null, never));
  assert.is(outcome, 'FLUX_E_BUILD_MEMORY');
  assert.is((await pool.render(object, null, never)).chunks.length, 1);
});

pools('an abort frees the thread at once', async () => {
  const controller = new AbortController();
  const running = codeOf(pool.render(endless.stream, endless.substitution, controller.signal));
  const waiting = pool.render(object, null, never);
  setTimeout(() => controller.abort(), 100);
  assert.is(await running, 'AbortError');
  assert.is((await waiting).chunks.length, 1);
});

pools('closing ends what runs and what waits', async () => {
  const running = codeOf(pool.render(endless.stream, endless.substitution, never));
  const waiting = codeOf(pool.render(object, null, never));
  await pool.close();
  assert.is(await waiting, 'AbortError');
  assert.is(await running, 'AbortError');
});

pools.run();
