import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CheckOutcome, type ConformanceSetup, checkConformance, openPlugin } from '../index.ts';

// Inside of the repository, so that imports of the SDK are found.
const build = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '.build', 'test');
mkdirSync(build, { recursive: true });
const dir = mkdtempSync(join(build, 'conformance-'));
test.after(() => rmSync(dir, { recursive: true }));

async function outcomesOf(code: string, setup: ConformanceSetup = {}): Promise<CheckOutcome[]> {
  const entry = join(dir, 'plugin.ts');
  writeFileSync(
    entry,
    `import * as sdk from '@flux-host/sdk/typescript';
     const about = { name: 'probe', version: '1.0.0', description: 'a probe', requests: { network: ['*'], secretKeys: ['token'], memory: '32Mi' } };
     let calls = 0;
     ${code}`,
  );
  const plugin = await openPlugin(entry);
  try {
    return await checkConformance(plugin, setup);
  } finally {
    await plugin.close();
  }
}

const failed = (outcomes: readonly CheckOutcome[]): string[] =>
  outcomes.filter(({ result }) => result === 'failed').map(({ name, detail }) => `${name}: ${detail}`);

const notifier = (body: string): string =>
  `export default sdk.defineNotifier({ ...about, async notify({ event, provider, secret }) { ${body} } });`;
const post = `const r = await fetch(provider.address, { method: 'POST', body: event.message });`;
const policy = (body: string): string =>
  `export default sdk.definePolicy({ ...about, select({ tags, image }) { ${body} } });`;
const builder = (body: string): string =>
  `export default sdk.defineBuilder({ ...about, build({ path, ...rest }) { ${body} } });`;
const source = (resolve: string, fetch: string): string =>
  `export default sdk.defineSource({ ...about, resolve({ revision }) { ${resolve} }, fetch() { ${fetch} } });`;
const write = `sdk.writeFile('/out/a', 'a');`;

/** A plugin with a fault, and the check that finds it, with what it says. */
const faults: readonly (readonly [string, string, RegExp])[] = [
  [
    'answers before the event is out',
    notifier('return {};'),
    /an event is sent, .*sent nothing and said nothing/,
  ],
  [
    'gives up while the server is away',
    notifier(`${post} if (!r.ok) throw new sdk.PluginError('x', { terminal: true });`),
    /away for a while is tried again: its failure is terminal/,
  ],
  [
    'does not look at the status',
    notifier(`${post}`),
    /fewer requests is tried again: it answered \{\}, so the event would be lost/,
  ],
  [
    'tells a secret',
    notifier(`${post} if (!r.ok) throw new Error('token ' + secret.get('token'));`),
    /a secret is in no message: the value of a secret is in: .*canary/,
  ],
  [
    'writes a secret to the log',
    notifier(`${post} console.info(secret.get('token')); if (!r.ok) throw new Error('x');`),
    /a secret is in no message/,
  ],
  [
    'answers something else',
    notifier(`${post} if (!r.ok) throw new Error('x'); return { skipped: 1 } as any;`),
    /its answer \{"skipped":1\} is none of the contract: skipped /,
  ],
  [
    'needs metadata that not every event has',
    notifier(`${post} if (!r.ok) throw new Error('x'); event.metadata.revision.length; return {};`),
    /for an event without metadata: it failed/,
  ],
  [
    'remembers earlier calls',
    notifier(`${post} if (!r.ok) throw new Error('x'); calls += 1; return { skipped: String(calls) };`),
    /the same call gives the same answer again: first .* then/,
  ],
  [
    'refuses what it does not know',
    notifier(`${post} if (!r.ok) throw new Error('x'); return {};`)
      .replace('{ event, provider, secret }', '{ event, provider, secret, ...more }')
      .replace(post, `${post} if ('addedLater' in more) throw new Error('unknown');`),
    /fields that later versions of the contract may add are ignored: it failed: unknown/,
  ],
  [
    'chooses a tag that is not there',
    policy(`return { tag: 'v9' };`),
    /gives one of the tags: it chose "v9"/,
  ],
  [
    'takes the first tag',
    policy(`if (!tags.length) throw new Error('none'); return { tag: tags[0] };`),
    /the order of the tags does not matter: first "1\.0\.0", then "latest"/,
  ],
  [
    'answers although there are no tags',
    policy(`return { tag: tags.toSorted()[0] ?? 'none' };`),
    /no tags at all: it answered/,
  ],
  [
    'gives what is no object',
    builder(`if (!sdk.exists('/in/' + path)) throw new Error('gone'); return { resources: 'kind: X\\n' };`),
    /gives Kubernetes objects: it has no apiVersion, kind or name/,
  ],
  [
    'crashes instead of saying what is missing',
    builder(
      `if (!sdk.exists('/in/' + path)) { const grow: any[] = []; for (;;) grow.push(new Uint8Array(1e6)); } return { resources: '' };`,
    ),
    /a folder that is not there: it should have said what is wrong/,
  ],
  [
    'writes no file',
    source(`return { revision: 'v1' };`, `return { revision: 'v1' };`),
    /gives the revision that resolve found, and files: it wrote no file/,
  ],
  [
    'fetches another revision',
    source(`return { revision: 'v1' };`, `${write} return { revision: 'v2' };`),
    /resolve found "v1", fetch gave "v2"/,
  ],
  [
    'sees a change where there is none',
    source(`return { revision: revision === 'v1' ? 'v2' : 'v1' };`, `${write} return { revision: 'v1' };`),
    /what did not move has the same revision: first "v1", then "v2"/,
  ],
];

for (const [what, code, finding] of faults) {
  test(`a plugin that ${what} does not pass`, async () => {
    const found = failed(await outcomesOf(code));
    assert.ok(
      found.some((each) => finding.test(each)),
      `found: ${found.join('\n') || 'nothing'}`,
    );
  });
}

const good = notifier(`${post} if (!r.ok) throw new Error('x'); return {};`);

test('a plugin without a fault passes, each check is told as it ends', async () => {
  const outcomes = await outcomesOf(good);
  assert.equal(failed(outcomes), []);
  assert.ok(outcomes.length > 8);
});

test('a check is skipped only by name and with a reason', async () => {
  const name = 'notifier notify: an event is sent, or the answer says why not';
  const outcomes = await outcomesOf(notifier(`${post} if (!r.ok) throw new Error('x');`).replace(post, ''), {
    skip: { [name]: 'it collects events' },
  });
  const skipped = outcomes.filter(({ result }) => result === 'skipped');
  assert.equal(skipped, [{ name, result: 'skipped', detail: 'it collects events' }]);
  const error = await outcomesOf(good, { skip: { 'notifier notify: nothing': 'x' } }).catch(
    (reason: unknown) => reason,
  );
  assert.match(String(error), 'there is no check "notifier notify: nothing" to skip');
});

test('settings, Secret, address and answers are those of the author', async () => {
  const code = `export default sdk.defineNotifier({ ...about, config: { type: 'object', properties: { room: { type: 'string' } }, required: ['room'] },
    async notify({ provider, config, secret }: any) {
      const r = await fetch(provider.address + '/' + config.room, { method: 'POST', body: secret.require('token') });
      if (!r.ok || (await r.text()) !== 'taken') throw new Error('status ' + r.status);
      return {};
    } } as any);`;
  assert.ok(failed(await outcomesOf(code)).length > 0);
  const outcomes = await outcomesOf(code, {
    config: { room: 'ops' },
    secret: { token: 't' },
    address: 'https://mine.example.com',
    respond: [{ url: 'mine.example.com/ops', body: 'taken' }],
  });
  assert.equal(failed(outcomes), []);
});

test.run();
