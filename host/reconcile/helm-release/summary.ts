import { createHash } from 'node:crypto';
import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { type Condition, deleteCondition, getCondition, setCondition } from '../conditions.ts';

/** Ready is what the last action says: Remediated, then TestSuccess, then Released, of the newest generation that has one. */
export function summarise(object: HelmRelease): void {
  const { test } = object.spec;
  if (!test?.enable) deleteCondition(object, 'TestSuccess');
  const types =
    test?.enable && !test.ignoreFailures
      ? ['Remediated', 'TestSuccess', 'Released']
      : ['Remediated', 'Released'];
  const found = types
    .map((type) => getCondition(object, type))
    .filter((condition) => condition !== undefined)
    // A stable sort: of one generation, the order of the types counts.
    .toSorted((a, b) => generationOf(b) - generationOf(a));
  const [first] = found;
  if (!first) return;
  // Whatever had to be remediated is no success.
  const status = first.type === 'Remediated' ? 'False' : first.status;
  if (status === 'True') deleteCondition(object, 'Stalled');
  setCondition(object, { type: 'Ready', status, reason: first.reason, message: first.message });
  const { observedPostRenderersDigest: _, observedCommonMetadataDigest: __, ...rest } = object.status ?? {};
  object.status = {
    ...rest,
    ...(object.spec.postRenderers
      ? { observedPostRenderersDigest: digestOfJson(postRenderersOf(object)) }
      : {}),
    ...(object.spec.commonMetadata
      ? { observedCommonMetadataDigest: digestOfJson(commonMetadataOf(object)) }
      : {}),
  };
}

const generationOf = ({ observedGeneration = 0 }: Condition): number => observedGeneration;

/** Whether post-renderers or common metadata are other ones than those of the last release. */
export function changedRendering(object: HelmRelease): string | undefined {
  const { status, spec } = object;
  const renderers = spec.postRenderers ? digestOfJson(postRenderersOf(object)) : undefined;
  if (renderers !== status?.observedPostRenderersDigest) return 'postrenderers digest has changed';
  const metadata = spec.commonMetadata ? digestOfJson(commonMetadataOf(object)) : undefined;
  return metadata === status?.observedCommonMetadataDigest ? undefined : 'common metadata digest has changed';
}

/** SHA-256 of JSON as Go's encoder writes it. */
function digestOfJson(value: unknown): string {
  const json = JSON.stringify(value)
    .replaceAll('&', '\\u0026')
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return `sha256:${createHash('sha256').update(`${json}\n`).digest('hex')}`;
}

/** With the fields in the order of Flux's Go structs, which leave out what is empty. */
function postRenderersOf({ spec }: HelmRelease): unknown {
  return spec.postRenderers?.map(({ kustomize }) => ({
    ...(kustomize && {
      kustomize: {
        ...(kustomize.patches?.length && {
          patches: kustomize.patches.map(({ patch, target }) => ({
            patch,
            ...(target && { target: ordered(target, selectorFields) }),
          })),
        }),
        ...(kustomize.images?.length && {
          images: kustomize.images.map((image) => ordered(image, imageFields)),
        }),
      },
    }),
  }));
}

const selectorFields = [
  'group',
  'version',
  'kind',
  'namespace',
  'name',
  'annotationSelector',
  'labelSelector',
];
const imageFields = ['name', 'newName', 'newTag', 'digest'];

function ordered(value: object, fields: readonly string[]): Record<string, unknown> {
  const given = new Map(Object.entries(value));
  return Object.fromEntries(
    fields.flatMap((field) => (given.get(field) ? [[field, given.get(field)] as const] : [])),
  );
}

function commonMetadataOf({ spec }: HelmRelease): unknown {
  const { annotations, labels } = spec.commonMetadata ?? {};
  return {
    ...(filled(annotations) && { annotations: sorted(annotations) }),
    ...(filled(labels) && { labels: sorted(labels) }),
  };
}

const filled = (map: object = {}): boolean => Object.keys(map).length > 0;

const sorted = (map: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1)));
