import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ReferenceIndex } from './reference-index.ts';

test('a change finds everybody who refers to it, and nobody who stopped doing so', () => {
  const index = new ReferenceIndex();
  index.set('web', ['repo', 'infra']);
  index.set('api', ['repo']);
  assert.equal(index.referrers('repo'), ['web', 'api']);
  index.set('web', ['infra']);
  assert.equal(index.referrers('repo'), ['api']);
  index.set('web', []);
  assert.equal(index.referrers('infra'), []);
});

test.run();
