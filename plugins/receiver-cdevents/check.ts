import { type Fields, isObject, object, problemOf, referenceFields, text } from './field.ts';
import { type EventType, vocabulary } from './vocabulary.ts';

const context: Fields = {
  'version!': text,
  'id!': text,
  'source!': text,
  'type!': text,
  chainId: text,
};

const links: Readonly<Record<string, Fields>> = {
  PATH: { 'from!': object({ 'contextId!': text }) },
  END: { 'from!': object({ 'contextId!': text }) },
  RELATION: { 'linkKind!': text, 'target!': object({ 'contextId!': text }) },
};

const known = /^dev\.cdevents\.([a-z]+\.[a-z]+)\.(.*)$/;
const custom = /^dev\.cdeventsx\.[a-zA-Z0-9]+-[a-zA-Z]+\.[a-zA-Z]+\.\d\.\d\.\d$/;
const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** What keeps a JSON document from being an event of CDEvents 0.4, as a sentence; undefined when it is one. */
export function problemOfEvent(document: unknown): string | undefined {
  if (!isObject(document) || !isObject(document['context'])) return 'it has no context';
  const { context: about, subject, customData } = document;
  return (
    problemOf(about, context, 'context') ??
    problemOfContext(about) ??
    problemOfSubject(subject, String(about['type'])) ??
    (customData === undefined || typeof customData === 'string' || isObject(customData)
      ? undefined
      : 'customData is neither an object nor a text')
  );
}

function problemOfContext(about: Readonly<Record<string, unknown>>): string | undefined {
  const { timestamp, schemaUri } = about;
  // A time that is missing is the zero time to the library that Flux uses.
  if (timestamp !== undefined && timestamp !== null) {
    if (typeof timestamp !== 'string' || !time.test(timestamp) || Number.isNaN(Date.parse(timestamp)))
      return 'context.timestamp is no time as of RFC 3339';
  }
  if (schemaUri) return `schema with id ${String(schemaUri)} could not be found in the local registry`;
  return problemOfLinks(about['links'] ?? []);
}

function problemOfLinks(all: unknown): string | undefined {
  if (!Array.isArray(all)) return 'context.links is not a list';
  for (const [index, link] of all.entries()) {
    const path = `context.links[${index}]`;
    const fields = isObject(link) ? links[String(link['linkType'])] : undefined;
    if (!fields) return `${path}.linkType is none of ${Object.keys(links).join(', ')}`;
    const problem = problemOf(link, fields, path);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfSubject(subject: unknown, type: string): string | undefined {
  const expected = eventType(type);
  if (typeof expected === 'string') return expected;
  const problem = problemOf(subject, { ...referenceFields, 'type!': text }, 'subject');
  if (problem !== undefined || !isObject(subject) || expected === undefined) return problem;
  if (subject['type'] !== expected.subject) return `subject.type is not ${expected.subject}`;
  return problemOf(subject['content'] ?? {}, expected.content, 'subject.content');
}

/** What is expected of an event of a type: nothing of custom ones; or a sentence when there is no such type. */
function eventType(type: string): EventType | string | undefined {
  if (custom.test(type)) return undefined;
  const [, name = '', version = ''] = known.exec(type) ?? [];
  const found = vocabulary[name];
  if (!found) return `unknown event type ${type}`;
  return version === found.version ? found : `version ${found.version} of ${name} is known, not ${version}`;
}
