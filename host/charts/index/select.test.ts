import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { thrownBy } from '../../errors/testing.ts';
import { PackedIndex } from './packed.ts';
import { selectTag, selectVersion } from './select.ts';

function indexOf(versions: readonly (string | [version: string, created: string])[]): PackedIndex {
  const index = new PackedIndex();
  index.begin('app');
  for (const each of versions) {
    const [version, created] = [each].flat();
    index.add({ name: 'app', version, urls: [`app-${version}.tgz`], created });
  }
  index.finish();
  return index;
}

const usual = indexOf(['1.0.0', 'v1.2.0', '1.10.0', '2.0.0-rc.1', '1.2', '0.9.0']);
const chosen = (range: string, index = usual) => selectVersion(index, 'app', range).version;

test('a range means the newest release in it; without one it is the newest of all', () => {
  assert.is(chosen('*'), '1.10.0');
  assert.is(chosen(''), '1.10.0');
  assert.is(chosen('~1.2'), 'v1.2.0');
  assert.is(chosen('<1'), '0.9.0');
  assert.is(chosen('>=2.0.0-0'), '2.0.0-rc.1');
});

test('what is written in the index literally is taken, be it a whole version or not', () => {
  assert.is(chosen('1.2'), '1.2');
  assert.is(chosen('2.0.0-rc.1'), '2.0.0-rc.1');
});

test('of versions that differ in build metadata only, the one made last counts', () => {
  const index = indexOf([
    ['1.0.0+a', '2026-01-01T00:00:00Z'],
    ['1.0.0+b', '2026-03-01T00:00:00Z'],
    ['1.0.0+c', '2026-02-01T00:00:00Z'],
  ]);
  assert.is(chosen('1.x', index), '1.0.0+b');
});

test('failures say what there is', () => {
  const none = thrownBy(() => selectVersion(usual, 'app', '>9'));
  assert.match(none.message, "no 'app' chart with version matching '>9' found");
  assert.match(none.text, 'the newest versions are 2.0.0-rc.1, 1.10.0, v1.2.0');
  assert.match(thrownBy(() => selectVersion(usual, 'app', '>>1')).message, "invalid version range '>>1'");
  const unknown = thrownBy(() => selectVersion(usual, 'apps', '*'));
  assert.match(unknown.message, "no chart name found: the repository has no chart 'apps'");
  assert.is(unknown.hint, 'it has app');
  assert.match(thrownBy(() => selectVersion(indexOf([]), 'app', '*')).message, 'no chart version found');
});

test('tags of a registry are chosen by the same rules', () => {
  assert.is(selectTag('app', ['latest', '1.0.0', '1.1.0+x', 'sha256-abc.sig'], '1.x'), '1.1.0+x');
  assert.is(selectTag('app', ['latest', '1.0.0'], 'latest'), 'latest');
  assert.match(
    thrownBy(() => selectTag('app', ['latest'], '*')).message,
    "no 'app' chart with version matching '*'",
  );
});

test.run();
