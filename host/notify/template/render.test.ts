import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderTemplate } from './render.ts';

const view = {
  event: {
    message: 'build <failed> & "more"',
    involvedObject: { kind: 'Kustomization', name: 'web' },
    metadata: { revision: 'main@sha1:abc' },
  },
  group: { count: 2, objects: [{ name: 'a' }, { name: 'b' }] },
};
const render = (template: string) => renderTemplate(template, view);

test('a message says what the template says, with nothing escaped', () => {
  assert.is(
    render('{{event.involvedObject.name}}: {{event.message}} ({{event.metadata.revision}})'),
    'web: build <failed> & "more" (main@sha1:abc)',
  );
});

test('what is missing is empty', () => {
  assert.is(render('[{{event.metadata.summary}}|{{nothing.at.all}}|{{#nothing}}x{{/nothing}}]'), '[||]');
});

test('sections go over the objects of a group', () => {
  assert.is(render('{{#group}}{{count}}: {{#objects}}{{name}} {{/objects}}{{/group}}'), '2: a b ');
});

test('a template reaches data only, no methods and no prototypes', () => {
  for (const path of [
    'constructor',
    'event.constructor',
    'event.message.length',
    'event.message.constructor.constructor.prototype.constructor',
    'group.objects.map',
    'event.__proto__',
    'toString',
  ]) {
    assert.is(render(`[{{${path}}}{{#${path}}}x{{/${path}}}]`), '[]', path);
  }
});

test('a template that multiplies is stopped', () => {
  const objects = Array.from({ length: 25 }, (_, n) => ({ n }));
  const nested = `${'{{#objects}}'.repeat(8)}x${'{{/objects}}'.repeat(8)}`;
  assert.throws(() => renderTemplate(nested, { objects }), /more than 20000 steps/);
});

test('a long message is cut', () => {
  const text = renderTemplate('{{a}}{{a}}{{a}}', { a: 'x'.repeat(20_000) });
  assert.is(text.length, 39_000);
});

test('a template that cannot be read is an error that says where', () => {
  assert.throws(() => render('{{#open}}'), /Unclosed section "open"/);
  assert.throws(() => render('{{unclosed'), /Unclosed tag/);
});

test.run();
