import { definedKinds } from '@flux-host/host/apply/prepare.ts';
import { refOf } from '@flux-host/host/kube/object.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import type { Change, Section } from './types.ts';

/**
 * Objects that cannot be compared because their namespace or their kind is not there yet, and which the checkout itself brings, are
 * created.
 * @param built all objects of the checkout
 */
export function withYetToCome(sections: readonly Section[], built: readonly KubeObject[]): Section[] {
  const created = new Set(
    sections.flatMap(({ changes }) =>
      changes.filter(({ action }) => action === 'created').map(({ ref }) => `${ref.kind}/${ref.name}`),
    ),
  );
  const kinds = definedKinds(built.filter(({ kind, metadata }) => created.has(`${kind}/${metadata.name}`)));
  const isExpected = ({ apiVersion, kind, metadata }: KubeObject): boolean =>
    created.has(`Namespace/${metadata.namespace}`) || kinds.has(`${apiVersion}/${kind}`);
  return sections.map((section) => {
    const expected = section.failures.flatMap(({ object }) => (object && isExpected(object) ? [object] : []));
    return {
      ...section,
      changes: [
        ...section.changes,
        ...expected.map((object): Change => ({ ref: refOf(object), action: 'created' })),
      ],
      failures: section.failures.filter(({ object }) => !object || !expected.includes(object)),
    };
  });
}
