import type { Static, TSchema } from 'typebox';
import { type Kind, resourcePath } from '../kind.ts';

/** A spec that the API server has to accept. */
export interface GoodSample<Spec> {
  readonly what: string;
  readonly spec: Spec;
  /** What the API server adds, by dotted path within the spec. */
  readonly defaults?: Readonly<Record<string, unknown>>;
}

/** A spec that the API server has to refuse. */
export interface BadSample {
  readonly what: string;
  readonly spec: unknown;
  /** Part of what it says. */
  readonly says: string;
}

export interface Samples {
  readonly kind: Kind;
  readonly good: readonly GoodSample<unknown>[];
  readonly bad: readonly BadSample[];
}

/** Samples of a kind; the good ones have to fit its static type, too. */
export function samplesOf<Spec extends TSchema, Status extends TSchema>(
  kind: Kind<Spec, Status>,
  samples: { readonly good: readonly GoodSample<Static<Spec>>[]; readonly bad: readonly BadSample[] },
): Samples {
  return { kind, ...samples };
}

export function objectOf(kind: Kind, name: string, spec: unknown) {
  return { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name }, spec };
}

/** Where objects of the kind are created; namespaced ones in `default`. */
export function collectionOf(kind: Kind): string {
  return resourcePath(kind, { namespace: 'default' });
}
