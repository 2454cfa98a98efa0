import type { Static, TSchema } from 'typebox';
import type { ObjectMeta } from './common/object-meta.ts';

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  readonly jsonPath: string;
  /** 1 shows the column with `-o wide` only. */
  readonly priority?: number;
}

/** What is particular about a kind; {@link defineKind} derives the rest. */
export interface KindOptions<Spec extends TSchema, Status extends TSchema> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  /** What one object stands for, for `kubectl explain`. */
  readonly description: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** Default true. */
  readonly namespaced?: boolean;
  readonly printerColumns: readonly PrinterColumn[];
  readonly spec: Spec;
  /** Kinds without it have no status and no status subresource. */
  readonly status?: Status;
}

/**
 * An API kind. It has the fields of a Kubernetes API resource, so that it can be handed to a client as it is.
 */
export interface Kind<Spec extends TSchema = TSchema, Status extends TSchema = TSchema> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** `group/version`, as an object's `apiVersion` says it. */
  readonly apiVersion: string;
  readonly singular: string;
  readonly listKind: string;
  readonly description: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly printerColumns: readonly PrinterColumn[];
  readonly spec: Spec;
  readonly status: Status | undefined;
}

/** The static type of a kind's objects. An alias, not an interface: it is assignable to any index-signature object. */
export type ObjectOf<K> =
  K extends Kind<infer Spec, infer Status>
    ? {
        apiVersion: string;
        kind: string;
        metadata: ObjectMeta;
        spec: Static<Spec>;
        status?: Static<Status>;
      }
    : never;

export function defineKind<Spec extends TSchema, Status extends TSchema = TSchema>(
  options: KindOptions<Spec, Status>,
): Kind<Spec, Status> {
  const { group, version, kind, plural, description, printerColumns, spec, status } = options;
  return {
    group,
    version,
    kind,
    plural,
    namespaced: options.namespaced ?? true,
    apiVersion: `${group}/${version}`,
    singular: kind.toLowerCase(),
    listKind: `${kind}List`,
    description,
    shortNames: options.shortNames ?? [],
    categories: options.categories ?? [],
    printerColumns,
    spec,
    status,
  };
}

/** Name of the kind's CustomResourceDefinition. */
export function crdName(kind: Pick<Kind, 'plural' | 'group'>): string {
  return `${kind.plural}.${kind.group}`;
}

/**
 * Path of a kind, or of one of its objects, on the API server.
 * Without a namespace a namespaced kind's path spans all namespaces.
 */
export function resourcePath(
  kind: Pick<Kind, 'group' | 'version' | 'plural' | 'namespaced'>,
  key: { readonly namespace?: string; readonly name?: string } = {},
): string {
  const parts = ['apis', kind.group, kind.version];
  if (kind.namespaced && key.namespace) parts.push('namespaces', key.namespace);
  parts.push(kind.plural);
  if (key.name) parts.push(key.name);
  return `/${parts.map(encodeURIComponent).join('/')}`;
}
