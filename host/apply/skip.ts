import type { PartialObject } from '../kube/types.ts';

/** What the labels and annotations of an object say about how it is to be treated. */
export interface Treatment {
  /** `reconcile: disabled` or `ssa: Ignore`: neither applied nor deleted. */
  readonly ignored: boolean;
  /** `ssa: IfNotPresent`: created, never changed. */
  readonly ifNotPresent: boolean;
  /** `ssa: Merge`: fields and metadata of other managers are left alone. */
  readonly merge: boolean;
  /** `force: enabled`: deleted and created again when a field that cannot change has changed. */
  readonly force: boolean;
  /** `prune: disabled`: never deleted. */
  readonly keep: boolean;
}

/** Reads the treatment from an object, of the repository or of the cluster. `group` is that of the owner's kind. */
export function treatmentOf(object: Pick<PartialObject, 'metadata'>, group: string): Treatment {
  const says = (key: string, value: string): boolean => inMetadata(object, `${group}/${key}`, value);
  return {
    ignored: says('reconcile', 'disabled') || says('ssa', 'Ignore'),
    ifNotPresent: says('ssa', 'IfNotPresent'),
    merge: says('ssa', 'Merge'),
    force: says('force', 'enabled'),
    keep: says('prune', 'disabled'),
  };
}

/** Whether a label or an annotation has the value, in whatever case. */
function inMetadata({ metadata }: Pick<PartialObject, 'metadata'>, key: string, value: string): boolean {
  const wanted = value.toLowerCase();
  const is = (found: string | undefined): boolean => found?.toLowerCase() === wanted;
  return is(metadata.labels?.[key]) || is(metadata.annotations?.[key]);
}
