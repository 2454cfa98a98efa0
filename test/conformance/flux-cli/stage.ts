/**
 * Sets the stage for commands whose case names no objects: in Flux's tests they run one after another on the same objects.
 * Here every case is on its own, and finds what its command line names.
 */

import { type Ending, startReconciler } from '@flux-host/cli/testing/reconciler.ts';
import { artifactStatus, revisionStatus } from '@flux-host/cli/testing/statuses.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { imageReference, revisionsIn } from './golden.ts';
import { loadObjects } from './objects.ts';
import type { World } from './world.ts';

export interface Stage {
  readonly words: readonly string[];
  readonly golden: string;
  readonly namespace: string;
  readonly note: string;
  readonly error: string;
}

/** Starts the stand-in for controllers, and makes the objects. Whatever runs ends with the signal. */
export async function setStage(stage: Stage, world: World, signal: AbortSignal): Promise<void> {
  const { client } = world;
  const { namespace } = stage;
  if (stage.words[0] !== 'get') {
    await startReconciler({ client, namespace, signal, ending: (object) => endingOf(object, stage) });
  }
  const documents = objectsFor(stage);
  if (documents.length > 0) await loadObjects(documents.join('---\n'), client);
}

function endingOf({ kind }: KubeObject, { golden, note, error }: Stage): Ending {
  const wanted = /status \((\w+)\)/.exec(note)?.[1] ?? 'Succeeded';
  if (wanted === 'Failed') return { ready: 'False', reason: 'URLInvalid', message: error, stalled: true };
  const ready = { ready: 'True', reason: 'Succeeded', message: 'done' } as const;
  if (wanted === 'NoArtifact') return ready;
  const revision = revisionsIn(golden).get(kind) ?? 'v1';
  if (kind === 'ImagePolicy') return { ...ready, status: { latestRef: imageReference(revision) } };
  if (kind === 'HelmRelease') return { ...ready, status: historyStatus(revision) };
  if (kind === 'ImageRepository') return { ...ready, status: {} };
  return {
    ...ready,
    status: kind === 'Kustomization' ? revisionStatus(kind, revision) : artifactStatus(revision),
  };
}

function historyStatus(chartVersion: string): object {
  const time = '2026-01-01T00:00:00Z';
  const snapshot = {
    chartName: 'podinfo',
    chartVersion,
    configDigest: 'sha256:0',
    digest: 'sha256:0',
    firstDeployed: time,
    lastDeployed: time,
    name: 'release',
    namespace: 'default',
    status: 'deployed',
    version: 1,
  };
  return { history: [snapshot], lastAttemptedRevision: chartVersion };
}

const verbs = ['reconcile', 'suspend', 'resume', 'delete'];

function objectsFor({ words, golden, namespace }: Stage): string[] {
  const [verb = '', kind = '', group] = words;
  const names = words.filter((word) => !word.startsWith('-'));
  const [name = ''] = names.slice(kind === 'source' || kind === 'image' ? 3 : 2);
  if (verb === 'get' && kind === 'image' && group === 'policy') return policyFromTable(golden, namespace);
  if (!verbs.includes(verb)) return [];
  const what = kind === 'source' || kind === 'image' ? `${kind} ${group}` : kind;
  return (templates[what] ?? [])?.map((template) => template(name, namespace));
}

type Template = (name: string, namespace: string) => string;

const git: Template = (name, namespace) =>
  object('source.toolkit.fluxcd.io/v1', 'GitRepository', { name, namespace }) +
  'spec: {url: "https://example.com/repository", interval: 1m, ref: {branch: main}}\n';
const oci: Template = (name, namespace) =>
  object('source.toolkit.fluxcd.io/v1', 'OCIRepository', { name, namespace }) +
  'spec: {url: "oci://example.com/repository", interval: 1m}\n';
const kustomization: Template = (name, namespace) =>
  object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', { name, namespace }) +
  `spec: {interval: 1m, prune: true, sourceRef: {kind: GitRepository, name: ${name}}}\n`;
const helmRelease: Template = (name, namespace) =>
  object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', { name, namespace }) +
  `spec: {interval: 1m, chart: {spec: {chart: podinfo, sourceRef: {kind: GitRepository, name: ${name}}}}}\n`;
const helmChart: Template = (name, namespace) =>
  object('source.toolkit.fluxcd.io/v1', 'HelmChart', { name: `${namespace}-${name}`, namespace }) +
  `spec: {chart: podinfo, interval: 1m, sourceRef: {kind: GitRepository, name: ${name}}}\n`;
const policy: Template = (name, namespace) =>
  object('image.toolkit.fluxcd.io/v1', 'ImagePolicy', { name, namespace }) +
  'spec: {imageRepositoryRef: {name: podinfo}, policy: {semver: {range: 5.0.x}}}\n';
const repository: Template = (name, namespace) =>
  object('image.toolkit.fluxcd.io/v1', 'ImageRepository', { name, namespace }) +
  'spec: {image: example.com/podinfo, interval: 1m}\n';

const templates: Readonly<Record<string, readonly Template[]>> = {
  kustomization: [git, kustomization],
  ks: [git, kustomization],
  helmrelease: [git, helmChart, helmRelease],
  hr: [git, helmChart, helmRelease],
  'source git': [git],
  'source oci': [oci],
  'image policy': [policy],
  'image repository': [repository],
};

function object(apiVersion: string, kind: string, key: { name: string; namespace: string }): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${key.name}, namespace: ${key.namespace}}\n`;
}

/** The object of which a table has a row. */
function policyFromTable(golden: string, namespace: string): string[] {
  const [, row = ''] = golden.split('\n');
  const [name = '', image = '', tag = '', status = '', message = ''] = row
    .split('\t')
    .map((cell) => cell.trim());
  const condition = `{type: Ready, status: "${status}", reason: Succeeded, lastTransitionTime: "2026-01-01T00:00:00Z", message: ${JSON.stringify(message)}}`;
  return [
    `${policy(name, namespace)}status: {observedGeneration: 1, latestRef: {name: "${image}", tag: "${tag}"}, conditions: [${condition}]}\n`,
  ];
}
