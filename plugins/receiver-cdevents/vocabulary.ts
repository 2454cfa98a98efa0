import { type Fields, object, oneOf, packageUrl, reference, text, texts } from './field.ts';

/** One type of event: its version in the specification, the type of its subject, and the fields of the subject's content. */
export interface EventType {
  readonly version: string;
  readonly subject: string;
  readonly content: Fields;
}

const event = (version: string, subject: string, content: Fields = {}): EventType => ({
  version,
  subject,
  content,
});

const sbom = object({ 'uri!': text });
const repository: Fields = { repository: reference };
const repositoryNames: Fields = { name: text, owner: text, url: text, viewUrl: text };
const pipeline: Fields = { pipelineName: text, url: text };
const task: Fields = { taskName: text, url: text, pipelineRun: reference };
const finished: Fields = { outcome: text, errors: text };
const deployed: Fields = { 'environment!': reference, 'artifactId!': packageUrl };
const incident: Fields = {
  description: text,
  'environment!': reference,
  service: reference,
  artifactId: packageUrl,
};
const verdict: Fields = {
  'outcome!': oneOf('pass', 'fail', 'cancel', 'error'),
  severity: oneOf('low', 'medium', 'high', 'critical'),
  reason: text,
};
const trigger = object({ type: oneOf('manual', 'pipeline', 'event', 'schedule', 'other'), uri: text });
const testSuite = object({ 'id!': text, version: text, name: text, uri: text });
const testCase = object({
  'id!': text,
  version: text,
  name: text,
  type: oneOf('performance', 'functional', 'unit', 'security', 'compliance', 'integration', 'e2e', 'other'),
  uri: text,
});
const testedCase: Fields = { testSuiteRun: reference, testCase };
const ticket: Fields = {
  summary: text,
  ticketType: text,
  group: text,
  creator: text,
  assignees: texts,
  priority: text,
  labels: texts,
  milestone: text,
  updatedBy: text,
  'uri!': text,
};

/**
 * The vocabulary of CDEvents 0.4.1, by `<subject>.<predicate>`. Texts that the specification requires and that may be empty are no
 * demand: the library that Flux uses fills them in.
 */
export const vocabulary: Readonly<Record<string, EventType>> = {
  'artifact.deleted': event('0.1.0', 'artifact', { user: text }),
  'artifact.downloaded': event('0.1.0', 'artifact', { user: text }),
  'artifact.packaged': event('0.2.0', 'artifact', { 'change!': reference, sbom }),
  'artifact.published': event('0.2.0', 'artifact', { sbom, user: text }),
  'artifact.signed': event('0.2.0', 'artifact', { 'signature!': text }),
  'branch.created': event('0.2.0', 'branch', repository),
  'branch.deleted': event('0.2.0', 'branch', repository),
  'build.finished': event('0.2.0', 'build', { artifactId: packageUrl }),
  'build.queued': event('0.2.0', 'build'),
  'build.started': event('0.2.0', 'build'),
  'change.abandoned': event('0.2.0', 'change', repository),
  'change.created': event('0.3.0', 'change', { description: text, ...repository }),
  'change.merged': event('0.2.0', 'change', repository),
  'change.reviewed': event('0.2.0', 'change', repository),
  'change.updated': event('0.2.0', 'change', repository),
  'environment.created': event('0.2.0', 'environment', { name: text, url: text }),
  'environment.deleted': event('0.2.0', 'environment', { name: text }),
  'environment.modified': event('0.2.0', 'environment', { name: text, url: text }),
  'incident.detected': event('0.2.0', 'incident', incident),
  'incident.reported': event('0.2.0', 'incident', { ...incident, 'ticketURI!': text }),
  'incident.resolved': event('0.2.0', 'incident', incident),
  'pipelinerun.finished': event('0.2.0', 'pipelineRun', { ...pipeline, ...finished }),
  'pipelinerun.queued': event('0.2.0', 'pipelineRun', pipeline),
  'pipelinerun.started': event('0.2.0', 'pipelineRun', pipeline),
  'repository.created': event('0.2.0', 'repository', {
    'name!': text,
    owner: text,
    'url!': text,
    viewUrl: text,
  }),
  'repository.deleted': event('0.2.0', 'repository', repositoryNames),
  'repository.modified': event('0.2.0', 'repository', repositoryNames),
  'service.deployed': event('0.2.0', 'service', deployed),
  'service.published': event('0.2.0', 'service', { environment: reference }),
  'service.removed': event('0.2.0', 'service', { environment: reference }),
  'service.rolledback': event('0.2.0', 'service', deployed),
  'service.upgraded': event('0.2.0', 'service', deployed),
  'taskrun.finished': event('0.2.0', 'taskRun', { ...task, ...finished }),
  'taskrun.started': event('0.2.0', 'taskRun', task),
  'testcaserun.finished': event('0.2.0', 'testCaseRun', {
    ...verdict,
    'environment!': reference,
    ...testedCase,
  }),
  'testcaserun.queued': event('0.2.0', 'testCaseRun', { trigger, 'environment!': reference, ...testedCase }),
  'testcaserun.skipped': event('0.1.0', 'testCaseRun', {
    reason: text,
    environment: reference,
    ...testedCase,
  }),
  'testcaserun.started': event('0.2.0', 'testCaseRun', {
    trigger,
    'environment!': reference,
    ...testedCase,
  }),
  'testoutput.published': event('0.2.0', 'testOutput', {
    'outputType!': oneOf('report', 'video', 'image', 'log', 'other'),
    format: text,
    uri: text,
    testCaseRun: reference,
  }),
  'testsuiterun.finished': event('0.2.0', 'testSuiteRun', {
    ...verdict,
    'environment!': reference,
    testSuite,
  }),
  'testsuiterun.queued': event('0.2.0', 'testSuiteRun', { trigger, 'environment!': reference, testSuite }),
  'testsuiterun.started': event('0.2.0', 'testSuiteRun', { trigger, 'environment!': reference, testSuite }),
  'ticket.closed': event('0.1.0', 'ticket', { ...ticket, 'resolution!': text }),
  'ticket.created': event('0.1.0', 'ticket', { ...ticket, 'creator!': text }),
  'ticket.updated': event('0.1.0', 'ticket', ticket),
};
