import { kinds } from '@flux-host/crds/index.ts';
import type { Kind } from '@flux-host/crds/kind.ts';
import { isRecord, listAt, recordAt, stringAt } from '@flux-host/host/json.ts';
import { parseKey } from '@flux-host/host/kube/object.ts';
import type { KubeObject, NamespacedName } from '@flux-host/host/kube/types.ts';
import type { Relation } from './types.ts';

/** An object that another one refers to. */
export interface Need extends NamespacedName {
  readonly relation: Relation;
  readonly kind: Kind;
}

/** What an object of Flux is made from and waits for, in the order in which it looks. */
export function needsOf(object: KubeObject): Need[] {
  switch (object.kind) {
    case 'Kustomization':
      return [...source(object, 'sourceRef'), ...dependencies(object)];
    case 'HelmRelease':
      return [...chart(object), ...dependencies(object)];
    case 'HelmChart':
    case 'ExternalArtifact':
    case 'ImageUpdateAutomation':
      return source(object, 'sourceRef');
    case 'ImagePolicy':
      return reference(object, 'source', {
        kind: 'ImageRepository',
        ...recordAt(object, 'spec', 'imageRepositoryRef'),
      });
    case 'Alert':
      return reference(object, 'source', { kind: 'Provider', ...recordAt(object, 'spec', 'providerRef') });
    case 'ArtifactGenerator':
      return listAt(object, 'spec', 'sources').flatMap((each) => reference(object, 'source', each));
    case 'GitRepository':
      return listAt(object, 'spec', 'include').flatMap((each) =>
        reference(object, 'source', { kind: 'GitRepository', ...recordAt(each, 'repository') }),
      );
    default:
      return [];
  }
}

function source(object: KubeObject, field: string): Need[] {
  return reference(object, 'source', recordAt(object, 'spec', field));
}

function dependencies(object: KubeObject): Need[] {
  return listAt(object, 'spec', 'dependsOn').flatMap((each) =>
    isRecord(each) ? reference(object, 'dependency', { ...each, kind: object.kind }) : [],
  );
}

/** The chart that a release names, or the HelmChart that was made for it. */
function chart(object: KubeObject): Need[] {
  const named = recordAt(object, 'spec', 'chartRef');
  if (named) return reference(object, 'source', named);
  const made = stringAt(object, 'status', 'helmChart');
  if (made) return reference(object, 'source', { kind: 'HelmChart', ...parseKey(made) });
  return reference(object, 'source', recordAt(object, 'spec', 'chart', 'spec', 'sourceRef'));
}

function reference(object: KubeObject, relation: Relation, to: unknown): Need[] {
  const [kindName, name, namespace] = ['kind', 'name', 'namespace'].map((field) => stringAt(to, field));
  const kind = kinds.find((each) => each.kind === kindName);
  if (!kind || !name) return [];
  return [{ relation, kind, name, namespace: namespace || (object.metadata.namespace ?? '') }];
}
