import type { Kind } from '@flux-host/crds/kind.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';

export type Verb = 'get' | 'export' | 'delete' | 'suspend' | 'resume' | 'reconcile';

/** A column of `flux get` between the name and the readiness. */
export interface Column {
  readonly header: string;
  value(object: KubeObject): string;
}

export interface Readiness {
  readonly status: string;
  readonly message: string;
}

/** An object of a kind, for `reconcile --with-source`. */
export interface SourceReference {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** What the commands know of a kind. A kind is one file in this folder. */
export interface FluxKind {
  readonly resource: Kind;
  /** Command that holds the kind's: `flux get sources git`, `flux suspend source git`. */
  readonly group?: 'source' | 'image' | 'artifact';
  /** Name of the command. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Name of the command below `get`, where it is another. */
  readonly getName?: string;
  /** As messages call it, e.g. `source git`. */
  readonly human: string;
  readonly verbs: readonly Verb[];
  readonly columns: readonly Column[];
  /** What `get --show-source` shows. */
  source?(object: KubeObject): string;
  /** Messages are printed as they are; in others long hashes are shortened. */
  readonly verbatimMessage?: boolean;
  /** Readiness where it is not the Ready condition. */
  readiness?(object: KubeObject): Readiness | undefined;
  /** What was achieved, when a reconciliation has succeeded. */
  success(object: KubeObject): string;
  /** Objects that nothing reconciles. */
  isStatic?(object: KubeObject): boolean;
  /** What the object is made from. */
  sourceReference?(object: KubeObject): SourceReference | undefined;
  /** Reconciled together with its source without being asked to, when it is a source itself. */
  readonly alwaysWithSource?: boolean;
  /** Paths of optional fields whose zero value means something: Flux's API has pointers there. */
  readonly pointers?: readonly string[];
  /** Further switches of `reconcile` and the annotation that each sets. */
  readonly reconcileSwitches?: Readonly<
    Record<string, { readonly about: string; readonly annotation: string }>
  >;
}
