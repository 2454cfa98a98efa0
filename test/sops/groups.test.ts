import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { rejectionOf } from '@flux-host/host/errors/testing.ts';
import { readDocument } from '@flux-host/host/sops/document/document.ts';
import { openFile } from '@flux-host/host/sops/document/open.ts';
import { unwrap } from '@flux-host/host/sops/keys/unwrap.ts';
import { type WrappedDataKey, wrappedKeyOf } from '@flux-host/host/sops/keys/wrapped.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openWorkbench, type Workbench } from '../conformance/assets/sops/workbench.ts';
import { ageKey, type Sops } from '../helpers/sops.ts';

const [one, two, three] = [ageKey(), ageKey(), ageKey()];
const plain = 'a: secret\n';
let bench: Workbench;
let sops: Sops;
test.before(async () => {
  bench = await openWorkbench();
  sops = await bench.sops();
});
test.after(() => bench.close());

const grouped = (threshold: number) => {
  const groups = [one, two, three].map(({ recipient }) => `      - age: [${recipient}]`).join('\n');
  return sops.encryptByRule(plain, 'yaml', `shamir_threshold: ${threshold}\n    key_groups:\n${groups}`);
};

async function opened(file: string, ...identities: string[]): Promise<string> {
  const { metadata } = readDocument(file, 'yaml');
  const key = await bench.dataKey(wrappedKeyOf(metadata), { 'a.agekey': identities.join('\n') });
  return openFile(file, key, { from: 'yaml', to: 'yaml' }).text;
}

test('as many key groups as the threshold says are enough, whichever they are', async () => {
  const file = await grouped(2);
  assert.is(await opened(file, one.identity, two.identity), plain);
  assert.is(await opened(file, three.identity, one.identity), plain);
  assert.is(await opened(await grouped(3), one.identity, two.identity, three.identity), plain);
});

test('fewer groups are not, and the message says how many there were', async () => {
  const { code, message } = await rejectionOf(opened(await grouped(2), three.identity));
  assert.is(code, 'FLUX_E_SOPS_DATA_KEY');
  assert.match(message, /1 of 2 needed key groups could be used; age age1/);
});

test('keys of one group are tried in turn', async () => {
  const file = await sops.encrypt(plain, 'yaml', ['--age', `${one.recipient},${two.recipient}`]);
  assert.is(await opened(file, two.identity), plain);
});

const wrapped: WrappedDataKey = {
  id: 'x',
  threshold: 0,
  groups: [
    [
      {
        service: 'hc_vault',
        entry: { vault_address: 'https://vault.example.com', engine_path: 'sops', key_name: 'a', enc: 'x' },
      },
      { service: 'age', entry: { recipient: one.recipient, enc: 'x' } },
    ],
  ],
};
const { signal } = new AbortController();

/** A key service that behaves as no real one does on demand. */
const withAnswers = (answers: Readonly<Record<string, () => unknown>>) => {
  const asked: string[] = [];
  const plugins = {
    call: async <T>({ type }: { type: string }) => {
      asked.push(type);
      return { output: answers[type]?.() as T, reads: [], durationMs: 0, skipped: [], digest: '' };
    },
  };
  return { asked, context: { plugins, namespace: 'apps', material: {} } };
};

const refuse =
  (options: { retryAfterMs?: number } = {}) =>
  () => {
    throw new FluxError('FLUX_E_PLUGIN_FAILED', 'not now', options);
  };

test('age is asked before services on the network', async () => {
  const { asked, context } = withAnswers({ age: () => ({ dataKey: Buffer.alloc(32).toString('base64') }) });
  assert.is((await unwrap(context, wrapped, signal)).length, 32);
  assert.equal(asked, ['age']);
});

test('a service that is away is told from keys that do not match, and says when to come back', async () => {
  const { context } = withAnswers({ age: refuse(), hc_vault: refuse({ retryAfterMs: 7000 }) });
  const { code, message, retryAfterMs } = await rejectionOf(unwrap(context, wrapped, signal));
  assert.equal([code, retryAfterMs], ['FLUX_E_SOPS_KEY_SERVICE', 7000]);
  assert.match(message, /hc_vault https:\/\/vault.example.com\/sops\/a: not now/);
});

test('what is no data key is not used', async () => {
  const short = () => ({ dataKey: Buffer.alloc(16).toString('base64') });
  const { message } = await rejectionOf(
    unwrap(withAnswers({ age: short, hc_vault: short }).context, wrapped, signal),
  );
  assert.match(message, /gave 16 bytes, which is no data key/);
});

test.run();
