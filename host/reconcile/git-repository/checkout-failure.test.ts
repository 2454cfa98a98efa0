import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../../errors/flux-error.ts';
import { checkoutFailure } from './checkout-failure.ts';

test('a repository that does not fit into the plugin leads to a sparse checkout or more memory', () => {
  const memory = new FluxError('FLUX_E_PLUGIN_MEMORY', 'plugin git ran out of memory, its limit is 64Mi', {
    hint: 'about plugins in general',
  });
  const { message, hint, reason, terminal } = checkoutFailure(memory);
  assert.is(
    message,
    'failed to checkout and determine revision: plugin git ran out of memory, its limit is 64Mi',
  );
  assert.match(hint ?? '', 'spec.sparseCheckout');
  assert.match(hint ?? '', 'raise the memory');
  assert.is(reason, 'GitOperationFailed');
  assert.is(terminal, false);
});

test("the plugin's own words and hint stay", () => {
  const said = new FluxError('FLUX_E_PLUGIN_FAILED', 'failed to checkout and determine revision: x', {
    reason: 'EmptyGitRepository',
    hint: 'push a first commit',
    terminal: true,
  });
  const { message, hint, reason, terminal } = checkoutFailure(said);
  assert.equal([message, hint, reason, terminal], [said.message, said.hint, 'EmptyGitRepository', false]);
});

test.run();
