import { manifest, textPlugin } from '@flux-host/host/sandbox/testing/modules.ts';
import { manifestSection } from '@flux-host/sdk/contract/manifest.ts';
import { assemble, customSection, sections } from '@flux-host/sdk/module/sections.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createJudge } from '../guest/judge.ts';

/** Manifests that lie, overflow or reach into the host. Who may take whose place is in test/escape/packages. */
const judge = createJudge();
test.after(() => judge.close());

const bare = sections(await textPlugin('')).filter(({ id }) => id !== 0);
const good = manifest();
const bytes = (text: string) => new TextEncoder().encode(text);

/** A module with these sections for manifests. */
function having(...contents: (string | Uint8Array)[]): Uint8Array {
  const customs = contents.map((one) =>
    customSection(manifestSection, typeof one === 'string' ? bytes(one) : one),
  );
  return assemble([...bare, ...customs]);
}

const json = (changes: object) => JSON.stringify({ ...good, ...changes });
const provides = (changes: object) => json({ provides: [{ kind: 'builder', type: 'probe', ...changes }] });
const requests = (changes: object) => json({ requests: changes });
const deep = (depth: number): unknown => (depth === 0 ? {} : { properties: { a: deep(depth - 1) } });

test('the manifest that the others are made of is a good one', async () => {
  assert.is(await judge.verdict(having(json({}))), undefined);
});

const refused: Record<string, Uint8Array> = {
  'two manifests': having(json({}), json({ name: 'other' })),
  'the same manifest twice': having(json({}), json({})),
  'no manifest': having(),
  'an empty one': having(''),
  'one that is null': having('null'),
  'one that is a list': having('[]'),
  'text after it': having(`${json({})}{}`),
  'bytes that are no text': having(Uint8Array.of(0xff, 0xfe, 0x7b, 0x7d)),
  'a byte order mark of UTF-16': having(Buffer.from(`\ufeff${json({})}`, 'utf16le')),
  'brackets a million deep': having('['.repeat(1_000_000)),
  'more than half a megabyte': having(json({ source: 'x'.repeat(600_000) })),
  'more than a section may have': having('x'.repeat(9 * 2 ** 20)),
  'a property that reaches into prototypes': having(`{"__proto__":{"polluted":true},${json({}).slice(1)}`),
  'a constructor': having(`{"constructor":{"prototype":{"polluted":true}},${json({}).slice(1)}`),
  'another version of the contract': having(json({ contract: 'plugin.flux-host/v2' })),
  'a name that is a path': having(json({ name: '../../etc/passwd' })),
  'a name with capitals': having(json({ name: 'Kustomize' })),
  'a name that looks like another one': having(json({ name: 'kustоmize' })),
  'a name with a line end': having(json({ name: 'probe\n' })),
  'a name that is a flag': having(json({ name: '-probe' })),
  'a name without end': having(json({ name: 'a'.repeat(64) })),
  'a version with a path': having(json({ version: '1.0.0/../../x' })),
  'a version with colours': having(json({ version: '1.0.0\u001b[31m' })),
  'a version without end': having(json({ version: `1.0.0-${'a'.repeat(100)}` })),
  'an empty version': having(json({ version: '' })),
  'a description with colours': having(json({ description: '\u001b[2J' })),
  'a description written backwards': having(json({ description: '\u202eevil' })),
  'a licence with lines': having(json({ license: 'MIT\nReady=True' })),
  'a source without end': having(json({ source: 'https://example.com/'.repeat(1000) })),
  'nothing that it provides': having(json({ provides: [] })),
  'a kind that there is not': having(provides({ kind: 'kernel' })),
  'a type that is a path': having(provides({ type: '../x' })),
  'a type with a line end': having(provides({ type: 'x\ny' })),
  'a type that is a property of objects': having(provides({ type: '__proto__' })),
  'an empty type': having(provides({ type: '' })),
  'a type without end': having(provides({ type: 'x'.repeat(1000) })),
  'ten thousand types': having(
    json({
      provides: Array.from({ length: 10_000 }, (_, index) => ({ kind: 'builder', type: `t${index}` })),
    }),
  ),
  'ten thousand hosts': having(
    requests({ network: Array.from({ length: 10_000 }, (_, index) => `h${index}`) }),
  ),
  'a host with a line that looks like a grant': having(requests({ network: ['a\n    network: ["*"]'] })),
  'keys without end': having(requests({ secretKeys: ['k'.repeat(10_000)] })),
  'a capability that there is not': having(requests({ capabilities: ['exec'] })),
  'a request that there is not': having(requests({ privileged: true })),
  'a memory that is none': having(requests({ memory: '-1' })),
  'a memory of another planet': having(requests({ memory: '1e100Gi' })),
  'a time that is none': having(requests({ timeout: 'for ever' })),
  'a credential that is none': having(requests({ credentials: [{}] })),
  'a credential that is two': having(
    requests({ credentials: [{ header: { name: 'a', key: 'b' }, query: { name: 'a', key: 'b' } }] }),
  ),
  'a schema that is fetched': having(provides({ config: { $ref: 'http://169.254.169.254/latest' } })),
  'a schema of the file system': having(provides({ config: { allOf: [{ $ref: 'file:///etc/passwd' }] } })),
  'a schema with another base': having(provides({ config: { $dynamicRef: '//example.com/x' } })),
  'a schema as deep as a stack': having(provides({ config: deep(5000) })),
  'a schema without end': having(provides({ config: { description: 'x'.repeat(70_000) } })),
  'a schema with an expression that is none': having(
    provides({ config: { properties: { a: { pattern: '(' } } } }),
  ),
};

for (const [what, module] of Object.entries(refused)) {
  test(`a manifest with ${what} is refused, in a sentence of sensible length`, async () => {
    const found = await judge.verdict(module);
    assert.match(found?.code ?? 'it was taken', /^FLUX_E_PLUGIN_(MANIFEST|INVALID)$/);
    assert.ok((found?.message.length ?? 0) < 1500, found?.message.slice(0, 2000));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    assert.not.match(found?.message ?? '', /[\u0000-\u001f\u202e]/);
    assert.is(Reflect.get({}, 'polluted'), undefined);
  });
}

test('a section that only looks like the manifest is none', async () => {
  for (const name of [
    'flux.plugin.manifest\0',
    'Flux.plugin.manifest',
    'flux.plugin.manifest.',
    ' flux.plugin.manifest',
  ]) {
    const found = await judge.verdict(assemble([...bare, customSection(name, bytes(json({})))]));
    assert.match(found?.message ?? 'it was taken', /carries none/, name);
  }
});

test('sections of debuggers and other tools are ignored', async () => {
  const others = [customSection('name', bytes('garbage')), customSection('', bytes(json({ name: 'other' })))];
  assert.is(await judge.verdict(assemble([...others, ...sections(having(json({}))), ...others])), undefined);
});

test.run();
