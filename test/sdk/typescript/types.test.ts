import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../docs/sources.ts';

const config = `config: { type: 'object', required: ['room'], properties: { room: { type: 'string' }, most: { type: 'integer', default: 3 },
  level: { enum: ['all', 'errors'] }, deep: { type: 'object', properties: { on: { type: 'boolean' } } } } },`;
const keys = "requests: { secretKeys: ['token', 'user'] },";
const absent = ['process', 'Buffer', 'document', 'window', '__dirname', 'setImmediate', 'localStorage'];

const notifier = (fields: string, body: string) =>
  `export default sdk.defineNotifier({ name: 'x', ${fields} async notify({ event, config, secret, provider }) { ${body} return {}; } });`;

const sources = {
  rightSettings: notifier(
    config,
    `const room: string = config.room; const most: number = config.most; const level: 'all' | 'errors' | undefined = config.level;
     const on: boolean | undefined = config.deep?.on; void [room, most, level, on, event.message, provider.address];`,
  ),
  wrongSettings: notifier(config, 'const a: number = config.room; config.nope; config.level.length; void a;'),
  typeboxSettings: `import Type from 'typebox';
    export default sdk.defineBuilder({ name: 'x', config: Type.Object({ a: Type.Integer(), b: Type.Optional(Type.String()) }),
      build: ({ config }) => { const a: number = config.a; const b: string | undefined = config.b; return { resources: String(a) + b }; } });`,
  rightKey: notifier(keys, "secret.require('token'); secret.get('user');"),
  wrongKey: notifier(keys, "secret.get('other');"),
  noKey: notifier('', "secret.get('token');"),
  wrongSelection: "export default sdk.definePolicy({ name: 'x', select: () => ({ label: 'x' }) });",
  wrongBuild: "export default sdk.defineBuilder({ name: 'x', build: () => 5 });",
  noAnswer: "export default sdk.defineNotifier({ name: 'x', async notify() {} });",
  answer:
    "export default sdk.defineNotifier({ name: 'x', notify: ({ event }) => ({ skipped: event.reason }) });",
  globals: notifier(
    '',
    `const response = await fetch(new URL('/x', 'http://a'), { headers: [['a', 'b']], signal: AbortSignal.timeout(5) });
     const data: unknown = await response.json(); for await (const piece of response.body) piece.toHex(); void [data, crypto.randomUUID(), atob(''),
     structuredClone(new Map()), setTimeout(() => {}, 1), performance.now(), new TextDecoder('utf-8', { fatal: true })]; console.log(queueMicrotask);`,
  ),
  absentGlobals: notifier('', absent.map((name) => `void ${name};`).join('\n')),
  nodeModule: "import 'node:fs';",
} as const;

type Case = keyof typeof sources;

const dir = mkdtempSync(join(tmpdir(), 'flux-types-'));
test.after(() => rmSync(dir, { recursive: true, force: true }));

/** What tsc says about each, one line for a fault, with an author's settings. */
function check(): ReadonlyMap<string, string[]> {
  mkdirSync(join(dir, 'node_modules', '@flux-host'), { recursive: true });
  symlinkSync(join(root, 'sdk'), join(dir, 'node_modules', '@flux-host', 'sdk'));
  symlinkSync(join(root, 'node_modules', 'typebox'), join(dir, 'node_modules', 'typebox'));
  writeFileSync(
    join(dir, 'tsconfig.json'),
    '{ "extends": "@flux-host/sdk/typescript/tsconfig.json", "include": ["*.ts"] }',
  );
  for (const [name, source] of Object.entries(sources)) {
    writeFileSync(
      join(dir, `${name}.ts`),
      `import * as sdk from '@flux-host/sdk/typescript';\n${source}\nvoid sdk;\n`,
    );
  }
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const { stdout } = spawnSync(tsc, ['-p', dir, '--pretty', 'false'], { cwd: dir, encoding: 'utf8' });
  const faults = [...stdout.matchAll(/^(\S+)\.ts\(\d+,\d+\): error (.*)$/gm)];
  return Map.groupBy(
    faults.map(([, name = '', text = '']) => ({ name, text })),
    ({ name }) => name,
  )
    .entries()
    .reduce(
      (map, [name, list]) =>
        map.set(
          name,
          list.map(({ text }) => text),
        ),
      new Map<string, string[]>(),
    );
}

const faults = check();
const faultsOf = (name: Case) => faults.get(name) ?? [];
const compiles = (name: Case) => assert.equal(faultsOf(name), []);
const refused = (name: Case, what: RegExp) => assert.match(faultsOf(name).join('\n'), what);

test('nothing else is wrong: every fault is in a file of this test', () => {
  assert.equal(
    [...faults.keys()].filter((name) => !Object.keys(sources).includes(name)),
    [],
  );
});

test('settings have the types of their schema: required, with a default, optional, one of several', () => {
  compiles('rightSettings');
  refused(
    'wrongSettings',
    /TS2322.*'string'.*'number'\.\n.*TS2339.*'nope'[\s\S]*TS18048: 'config.level' is possibly 'undefined'/,
  );
});

test('schemas of typebox are settings, too', () => compiles('typeboxSettings'));

test('a key of the Secret that was not requested does not compile', () => {
  compiles('rightKey');
  refused('wrongKey', /TS2345.*"other".*"token" \| "user"/);
  refused('noKey', /TS2345.*'never'/);
});

test('an answer that the contract does not know does not compile', () => {
  refused('wrongSelection', /TS2322|TS2353/);
  refused('wrongBuild', /TS2322/);
});

test('a notifier may answer, and need not', () => {
  compiles('noAnswer');
  compiles('answer');
});

test('the globals of a plugin are known, and those of Node and browsers do not compile', () => {
  compiles('globals');
  const missed = faultsOf('absentGlobals').map((fault) => absent.find((name) => fault.includes(`'${name}'`)));
  assert.equal(missed, absent);
  refused('nodeModule', /'node:fs'/);
});

test.run();
