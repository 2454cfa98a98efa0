import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { problemOfEvent } from './check.ts';

const context = {
  version: '0.4.1',
  id: '271069a8-fc18-44f1-b38f-9d70a1695819',
  source: '/event/source/123',
  type: 'dev.cdevents.service.deployed.0.2.0',
  timestamp: '2026-03-20T14:27:05.315384Z',
};
const subject = {
  id: 'mySubject123',
  type: 'service',
  content: { environment: { id: 'test123' }, artifactId: 'pkg:oci/myapp@sha256%3A0b31b1c02ff458ad9b7b' },
};

const problem = (changes: { context?: object; subject?: object; [more: string]: unknown }) =>
  problemOfEvent({
    ...changes,
    context: { ...context, ...changes.context },
    subject: { ...subject, ...changes.subject },
  });

test('an event of the vocabulary is one, whatever else it carries', () => {
  assert.is(problem({}), undefined);
  assert.is(problem({ context: { gitRepository: 'org/repo' }, customData: { any: 1 } }), undefined);
});

test('what is missing is named', () => {
  assert.is(problem({ context: { id: '' } }), 'context.id is missing');
  assert.is(problem({ subject: { id: undefined } }), 'subject.id is missing');
  const { environment: _gone, ...content } = subject.content;
  assert.is(problem({ subject: { content } }), 'subject.content.environment is missing');
  assert.is(problemOfEvent({ subject }), 'it has no context');
  assert.is(problemOfEvent(null), 'it has no context');
});

test('a subject of another type, and a content of another shape, are refused', () => {
  assert.is(problem({ subject: { type: 'change' } }), 'subject.type is not service');
  const content = { ...subject.content, artifactId: 'myapp' };
  assert.is(problem({ subject: { content } }), 'subject.content.artifactId does not start with pkg:');
  assert.is(
    problem({ subject: { content: { ...subject.content, environment: 'prod' } } }),
    'subject.content.environment is not an object',
  );
});

test('types that the specification does not have are refused, and so are other versions', () => {
  assert.match(problem({ context: { type: 'dev.cdevents.moon.landed.0.1.0' } }) ?? '', 'unknown event type');
  assert.match(
    problem({ context: { type: 'dev.cdevents.service.deployed.9.0.0' } }) ?? '',
    'version 0.2.0 of service.deployed is known, not 9.0.0',
  );
});

test('events of a tool of its own may hold anything', () => {
  const type = 'dev.cdeventsx.registry-quota.exceeded.0.1.0';
  assert.is(
    problem({ context: { type }, subject: { type: 'registry-quota', content: { x: [1] } } }),
    undefined,
  );
  assert.match(problem({ context: { type: 'dev.cdeventsx.quota.0.1.0' } }) ?? '', 'unknown event type');
});

test('a time and links have to be what they claim', () => {
  assert.match(problem({ context: { timestamp: 'yesterday' } }) ?? '', 'RFC 3339');
  assert.match(
    problem({ context: { links: [{ linkType: 'SIDEWAYS' }] } }) ?? '',
    'context.links[0].linkType',
  );
  const links = [{ linkType: 'PATH', from: { contextId: '1' } }];
  assert.is(problem({ context: { links } }), undefined);
});

test.run();
