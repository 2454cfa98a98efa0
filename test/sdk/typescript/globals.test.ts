import { createHash, createHmac } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { workbench } from './workbench.ts';

const bench = workbench();
test.after(() => bench.close());

const run = async (body: string, args: readonly string[] = []) => (await bench.command(body))(args);

/** Runs the same code in a plugin and in Node, which has to come to the same result. */
async function asInNode(body: string): Promise<void> {
  const inNode: unknown = await new Function(`return (async () => { ${body} })()`)();
  assert.equal(await run(body), JSON.parse(JSON.stringify(inNode)), body);
}

test('URL and URLSearchParams are those of the standard', async () => {
  await asInNode(`const url = new URL('../x/./y?a=1&b=%20ü#frag', 'HTTPS://user:pa%20ss@EXAMPLE.com:443/p/q/');
    url.searchParams.append('c', 'd&e'); url.port = '8443';
    const params = new URLSearchParams('?b=2&a=1&a=3'); params.sort();
    return [url.href, url.origin, url.host, url.username, [...url.searchParams], params.toString(), params.getAll('a'),
      URL.canParse('nope'), new URL('http://[::1]:80/').host, new URL('http://xn--bcher-kva.example/ä').href,
      new URL('http://192.168.257/').hostname, (() => { try { return new URL('http://a b/').href; } catch (error) { return error.name; } })(),
      typeof globalThis.URL, JSON.stringify({ u: new URL('http://a') }), Object.fromEntries(new URLSearchParams({ k: 'v w' }))];`);
});

test('text encodes and decodes as in Node, ill-formed text included', async () => {
  await asInNode(`const bytes = (...list) => Uint8Array.of(...list); const decode = (list, options) => { try {
      return new TextDecoder('utf-8', options).decode(list); } catch (error) { return error.name; } };
    const streamed = new TextDecoder(); const parts = [[0xe2], [0x82, 0xac, 0xf0], [0x9f, 0x98], [0x80, 0x41]];
    return [[...new TextEncoder().encode('aä€😀\\ud800x')], decode(bytes(0xe4, 0xf6)), decode(bytes(0xe4), { fatal: true }),
      decode(bytes(0xef, 0xbb, 0xbf, 0x41)), decode(bytes(0xef, 0xbb, 0xbf, 0x41), { ignoreBOM: true }).length,
      decode(bytes(0xed, 0xa0, 0x80), { fatal: true }), decode(bytes(0xf4, 0x90, 0x80, 0x80), { fatal: true }),
      decode(bytes(0xc0, 0x80), { fatal: true }), decode(bytes(0xf0, 0x9f, 0x98, 0x80), { fatal: true }),
      parts.map((part) => streamed.decode(bytes(...part), { stream: true })).join('') + streamed.decode(),
      decode(new Uint16Array([0x4142]).buffer), decode(new DataView(bytes(65, 66, 67).buffer, 1, 1))];`);
});

test('base64 and hexadecimal go both ways', async () => {
  await asInNode(`return [btoa('a\\xff'), atob('Yf8=').charCodeAt(1), Uint8Array.of(1, 254, 255).toBase64(), [...Uint8Array.fromHex('00ff')],
    (() => { try { atob('*'); } catch (error) { return error.name; } })()];`);
  const seen = await run(`const bytes = Uint8Array.of(251, 255, 254);
    return [sdk.encodeBase64(bytes), sdk.encodeBase64Url(bytes), sdk.encodeHex(bytes), [...sdk.decodeBase64('+//+')],
      [...sdk.decodeBase64Url('-__-')], [...sdk.decodeHex('FBff')], [...sdk.decodeBase64('YQ')]];`);
  assert.equal(seen, ['+//+', '-__-', 'fbfffe', [251, 255, 254], [251, 255, 254], [251, 255], [97]]);
});

test('structuredClone copies data, cycles included, and refuses functions', async () => {
  await asInNode(`const a = { date: new Date(5), map: new Map([[1, { x: [1] }]]), set: new Set([2]), bytes: Uint8Array.of(3), floats: Float64Array.of(1.5), view: new DataView(Uint8Array.of(1, 2, 3).buffer, 1), none: undefined };
    a.self = a; const b = structuredClone(a);
    return [b !== a, b.self === b, b.date.getTime(), b.map.get(1).x, b.map.get(1) !== a.map.get(1), [...b.set], [...b.bytes], b.floats instanceof Float64Array && [...b.floats], b.view.getUint8(1), 'none' in b,
      (() => { try { structuredClone(() => 1); } catch (error) { return error.name; } })()];`);
});

test('hashes are right for any length', async () => {
  const lengths = [0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1000, 100_000];
  const seen = await run(
    `return args.map(Number).map((length) => { const data = new Uint8Array(length).map((_, index) => index * 7);
      return [sdk.sha1(data), sdk.sha256(data), sdk.sha512(data), sdk.hmac('sha1', 'key', data), sdk.hmac('sha256', data, 'message'),
        sdk.hmac('sha512', data, data)].map(sdk.encodeHex); });`,
    lengths.map(String),
  );
  const expected = lengths.map((length) => {
    const data = new Uint8Array(length).map((_, index) => index * 7);
    const hash = (name: string) => createHash(name).update(data).digest('hex');
    return [
      ...['sha1', 'sha256', 'sha512'].map(hash),
      createHmac('sha1', 'key').update(data).digest('hex'),
      createHmac('sha256', data).update('message').digest('hex'),
      createHmac('sha512', data).update(data).digest('hex'),
    ];
  });
  assert.equal(seen, expected);
});

test('secrets are compared as a whole', async () => {
  const seen =
    await run(`return [sdk.constantTimeEqual('abc', 'abc'), sdk.constantTimeEqual('abc', 'abd'), sdk.constantTimeEqual('abc', 'abcd'),
    sdk.constantTimeEqual('abc', ''), sdk.constantTimeEqual('', ''), sdk.constantTimeEqual('ä', sdk.encodeUtf8('ä'))];`);
  assert.equal(seen, [true, false, false, false, true, true]);
});

test('templates are Mustache, and evaluate nothing', async () => {
  const seen =
    await run(`const view = { event: { message: '<b> & "q"', list: [{ n: 1 }, { n: 2 }] }, constructor: 'own' };
    const render = (text: string, options?: object) => sdk.template(text, options).render(view);
    const fault = (() => { try { sdk.template('a {{#open}} b'); } catch (error: any) { return error.message; } })();
    return [render('{{event.message}}|{{#event.list}}{{n}},{{/event.list}}{{^missing}}none{{/missing}}{{missing.deep}}'),
      render('{"m":{{event.message}}}', { escapeWith: JSON.stringify }), render('{{{event.message}}} {{&event.message}}', { escapeWith: JSON.stringify }), fault];`);
  assert.equal(seen, [
    '<b> & "q"|1,2,none',
    '{"m":"<b> & \\"q\\""}',
    '<b> & "q" <b> & "q"',
    'Unclosed section "open" at 13',
  ]);
});

test('modern JavaScript works: what the engine lacks is compiled, all else is there', async () => {
  const seen =
    await run(`class Point { static #made = 0; #x = 1; static { Point.#made = 5; } get x() { return this.#x + Point.#made; } }
    const text = '€12 äb'.replace(/(?<=€)(?<n>\\d+)\\s(?<w>\\p{L}+)/u, '$<w>-$<n>');
    let disposed = false; { using thing = { [Symbol.dispose]() { disposed = true; } }; void thing; }
    async function* numbers() { yield 1; yield 2; } let sum = 0; for await (const n of numbers()) sum += n;
    return [new Point().x, text, disposed, sum, [3, 1, 2].toSorted().at(-1), Object.groupBy([1, 2, 3], (n) => (n % 2 ? 'odd' : 'even')),
      String(2n ** 64n), [...new Set([1, 2]).union(new Set([3]))], new Date('2026-11-20T12:00:00Z').toISOString(), 'ä'.normalize('NFD').length,
      (await Promise.allSettled([Promise.reject(1)]))[0]?.status, [1, 2, 3].values().map((n) => n * 2).toArray(), /[\\p{L}--[a-z]]/v.test('Ä')];`);
  assert.equal(seen, [
    ...[6, '€äb-12', true, 3, 3, { odd: [1, 3], even: [2] }, '18446744073709551616', [1, 2, 3]],
    ...['2026-11-20T12:00:00.000Z', 2, 'rejected', [2, 4, 6], true],
  ]);
});

test('nothing of Node or of the engine is there', async () => {
  const seen = await run(
    "return ['process', 'Buffer', 'require', 'fluxNative', 'std', 'os', 'Deno', 'WebAssembly', 'document'].filter((name) => name in globalThis);",
  );
  assert.equal(seen, []);
});

test.run();
