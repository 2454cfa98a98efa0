import { crdName, type Kind, type PrinterColumn } from './kind.ts';
import { type StructuralSchema, toStructural } from './structural.ts';

/** An apiextensions.k8s.io/v1 CustomResourceDefinition, as far as this project fills it in. An alias, so that it fits any object type. */
export type CustomResourceDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1';
  kind: 'CustomResourceDefinition';
  metadata: { name: string; annotations: Record<string, string>; labels?: Record<string, string> };
  spec: {
    group: string;
    names: {
      kind: string;
      listKind: string;
      plural: string;
      singular: string;
      shortNames?: string[];
      categories?: string[];
    };
    scope: 'Namespaced' | 'Cluster';
    versions: {
      name: string;
      served: boolean;
      storage: boolean;
      additionalPrinterColumns: PrinterColumn[];
      schema: { openAPIV3Schema: StructuralSchema };
      subresources: { status?: Record<string, never> };
    }[];
  };
};

/**
 * The CRD of a kind. The annotation keeps Flux from taking a `$` in it for a variable when somebody manages
 * Flux with Flux.
 */
export function toCustomResourceDefinition(kind: Kind): CustomResourceDefinition {
  const { group, version, plural, singular, listKind, shortNames, categories, printerColumns } = kind;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: crdName(kind),
      annotations: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' },
    },
    spec: {
      group,
      names: {
        kind: kind.kind,
        listKind,
        plural,
        singular,
        ...(shortNames.length > 0 ? { shortNames: [...shortNames] } : {}),
        ...(categories.length > 0 ? { categories: [...categories] } : {}),
      },
      scope: kind.namespaced ? 'Namespaced' : 'Cluster',
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          additionalPrinterColumns: [...printerColumns],
          schema: { openAPIV3Schema: rootSchema(kind) },
          subresources: kind.status ? { status: {} } : {},
        },
      ],
    },
  };
}

function rootSchema(kind: Kind): StructuralSchema {
  return {
    description: kind.description,
    type: 'object',
    properties: {
      apiVersion: { type: 'string', description: `Version of this representation: ${kind.apiVersion}.` },
      kind: { type: 'string', description: `REST resource that this object represents: ${kind.kind}.` },
      metadata: { type: 'object' },
      spec: toStructural(kind.spec),
      ...(kind.status ? { status: toStructural(kind.status) } : {}),
    },
  };
}
