import { test } from 'uvu';
import { testedPlugin } from '../receiver-common/testing.ts';

const { accepts, refuses } = await testedPlugin(import.meta.dirname, 'cdevents');
const context = {
  version: '0.4.1',
  id: '1',
  source: '/ci',
  type: 'dev.cdevents.change.merged.0.2.0',
  timestamp: '2026-03-20T14:27:05Z',
};
const body = { context, subject: { id: '7', type: 'change', content: {} } };

test('an event tells its type by its header', async () => {
  await accepts(
    { body, headers: { 'Ce-Type': 'dev.cdevents.change.merged.0.2.0' } },
    { event: 'dev.cdevents.change.merged.0.2.0' },
  );
});

test('what is no event is refused, with what is wrong with it', async () => {
  await refuses({ body: {} }, /unable to validate CDEvent event: it has no context/);
  await refuses({ body: 'no JSON' }, /JSON/);
  await refuses({ body: { ...body, context: { ...context, type: 'x' } } }, /unknown event type x/);
});

test.run();
