import { recordAt, stringAt } from '@flux-host/host/json.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import type { KubeClient, KubeObject } from '@flux-host/host/kube/types.ts';
import { commandError } from '../../command/errors.ts';
import { fluxKindOf } from '../../kinds/index.ts';
import type { SourceReference } from '../../kinds/types.ts';
import { artifactRevision, given, heading, type Section, statusLines } from './report.ts';

/**
 * An object of Flux that another one refers to.
 * @throws FluxError FLUX_E_CLI_NOT_FOUND in Flux's words when there is none
 */
export async function referred(
  { kind, name, namespace }: SourceReference,
  client: KubeClient,
  signal: AbortSignal,
): Promise<KubeObject> {
  const resource = fluxKindOf(kind)?.resource;
  const failed = (why: string) =>
    commandError(
      'FLUX_E_CLI_NOT_FOUND',
      `failed to find ${kind === 'Kustomization' ? 'kustomization' : kind}: ${why}`,
    );
  if (!resource) throw failed(`there is no such kind`);
  try {
    return await client.get<KubeObject>(resource, { namespace, name }, { signal });
  } catch (error) {
    if (isKube(error, 'notFound')) throw failed(error.statusMessage);
    throw error;
  }
}

export interface SourceSectionOptions {
  readonly width: number;
  /** Annotations of the image that an artifact was made from are shown. */
  readonly withOrigin?: boolean;
  /** Flux says of some kinds only that they were reconciled. */
  readonly tellsFailure?: boolean;
}

/** What is to be known of a source. */
export function sourceSection(source: KubeObject, options: SourceSectionOptions): Section {
  const { width, withOrigin = false, tellsFailure = true } = options;
  return {
    width,
    lines: [
      ...heading(source.kind, source),
      ...placeLines(source),
      ...given('Revision', artifactRevision(source)),
      ...(withOrigin ? originLines(source) : []),
      ...statusLines(source, { tellsFailure }),
    ],
  };
}

type Lines = Section['lines'];

function placeLines(source: KubeObject): Lines {
  const field = (...path: string[]) => stringAt(source, 'spec', ...path) || undefined;
  const [tag, semver, branch, digest] = ['tag', 'semver', 'branch', 'digest'].map((name) =>
    field('ref', name),
  );
  const chosen = tag ?? semver;
  switch (source.kind) {
    case 'GitRepository':
      return [['URL', field('url') ?? ''], ...(chosen ? given('Tag', chosen) : given('Branch', branch))];
    case 'OCIRepository':
      return [['URL', field('url') ?? ''], ...(chosen ? given('Tag', chosen) : given('Digest', digest))];
    case 'Bucket':
      return [
        ['Endpoint', field('endpoint') ?? ''],
        ['Bucket', field('bucketName') ?? ''],
      ];
    case 'ExternalArtifact':
      return [['Source', makerOf(source)]];
    default:
      return given('URL', field('url'));
  }
}

function makerOf(source: KubeObject): string {
  const { namespace = '', name } = source.metadata;
  const maker = recordAt(source, 'spec', 'sourceRef');
  if (!maker) {
    throw commandError(
      'FLUX_E_CLI_NOT_FOUND',
      `ExternalArtifact ${namespace}/${name} is missing spec.sourceRef`,
    );
  }
  return ['kind', 'namespace', 'name'].map((field) => stringAt(maker, field) ?? '').join('/');
}

function originLines(source: KubeObject): Lines {
  const note = (name: string) =>
    stringAt(source, 'status', 'artifact', 'metadata', `org.opencontainers.image.${name}`);
  return [...given('Origin Revision', note('revision')), ...given('Origin Source', note('source'))];
}
