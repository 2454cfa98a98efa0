import type { Static } from 'typebox';
import * as t from '../schema.ts';

const local = { name: t.string('Name of the object.') };

/** An object in the same namespace. */
export function localReference(description: string) {
  return t.object(description, local);
}

export const LocalObjectReference = localReference('An object in the same namespace.');
export type LocalObjectReference = Static<typeof LocalObjectReference>;

const namespaced = {
  name: t.string('Name of the object.'),
  namespace: t.optional(t.string('Namespace of the object; by default the same as of this one.')),
};

/** An object that may be in another namespace. */
export function namespacedReference(description: string) {
  return t.object(description, namespaced);
}

export const NamespacedObjectReference = namespacedReference('An object, perhaps in another namespace.');
export type NamespacedObjectReference = Static<typeof NamespacedObjectReference>;

/** Workload identity and image pull secrets, in words that fit every kind. */
export const serviceAccountName = t.string(
  'ServiceAccount in the same namespace whose identity is used to sign in.',
);
