import type { PluginKind } from '@flux-host/sdk/contract/manifest.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CatalogEntry, createCatalog } from './catalog.ts';

const grants = { network: [], capabilities: [], secretKeys: [], credentials: [] };

function entry(name: string, types: readonly string[], createdAt = ''): CatalogEntry {
  const provides = types.map((type) => ({ kind: 'notifier' as PluginKind, type }));
  const origin = createdAt ? { plugin: name } : ('built-in' as const);
  return { name, provides, grants, createdAt, origin, suspended: false };
}

function started(...builtIns: CatalogEntry[]) {
  const uses: string[] = [];
  const conflicts: string[] = [];
  const catalog = createCatalog({
    builtIns,
    onUse: ({ type }) => uses.push(type),
    onConflict: (name) => conflicts.push(name),
  });
  return {
    catalog,
    uses,
    conflicts,
    who: (type: string) => catalog.find({ kind: 'notifier', type })?.origin,
  };
}

const [early, late] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];

test('a plugin replaces the built-in of its name as a whole, and that is back when it goes', () => {
  const { catalog, who, uses } = started(entry('chat', ['slack', 'teams']));
  catalog.put(entry('chat', ['slack'], early));
  assert.equal(who('slack'), { plugin: 'chat' });
  assert.is(who('teams'), undefined);
  assert.equal(uses.sort(), ['slack', 'teams']);
  catalog.remove('chat');
  assert.is(who('slack'), 'built-in');
  assert.is(who('teams'), 'built-in');
});

test('a plugin of another name does not take a type from a built-in', () => {
  const { catalog, who, conflicts } = started(entry('chat', ['slack']));
  catalog.put(entry('evil', ['slack', 'other'], early));
  assert.is(who('slack'), 'built-in');
  assert.is(who('other'), undefined, 'it is not used at all');
  assert.equal(catalog.conflictOf('evil'), {
    use: { kind: 'notifier', type: 'slack' },
    owner: 'chat',
    builtIn: true,
  });
  assert.equal(conflicts, ['evil']);
});

test('of two plugins with the same type the older one is used, in whatever order they come', () => {
  const { catalog, who } = started();
  catalog.put(entry('young', ['slack'], late));
  assert.equal(who('slack'), { plugin: 'young' });
  catalog.put(entry('old', ['slack'], early));
  assert.equal(who('slack'), { plugin: 'old' });
  assert.is(catalog.conflictOf('young')?.owner, 'old');
});

test('when the older one goes the younger is used, and told', () => {
  const { catalog, who, conflicts, uses } = started();
  catalog.put(entry('old', ['slack'], early));
  catalog.put(entry('young', ['slack'], late));
  conflicts.length = uses.length = 0;
  catalog.remove('old');
  assert.equal(who('slack'), { plugin: 'young' });
  assert.equal([conflicts, uses], [['young'], ['slack']]);
});

test('who loses does not stand in the way of a third', () => {
  const { catalog, who } = started();
  catalog.put(entry('a', ['x'], early));
  catalog.put(entry('b', ['x', 'y'], late));
  catalog.put(entry('c', ['y'], '2026-01-03T00:00:00Z'));
  assert.equal(who('y'), { plugin: 'c' });
});

test('only those who use what changed are told', () => {
  const { catalog, uses } = started(entry('chat', ['slack']));
  catalog.put(entry('a', ['x'], early));
  assert.equal(uses, ['x']);
});

test('the same plugin put in place again wakes nobody; another revision of it does', () => {
  const { catalog, uses } = started();
  const put = (changes: Partial<CatalogEntry>) =>
    catalog.put({ ...entry('a', ['x'], early), revision: '1', ...changes });
  put({});
  put({});
  assert.equal(uses, ['x']);
  put({ revision: '2' });
  put({ revision: '2', suspended: true });
  assert.equal(uses, ['x', 'x', 'x']);
});

test.run();
