import * as t from '../schema.ts';

/** Labels and annotations to put on other objects. */
export function commonMetadata(description: string) {
  return t.object(description, {
    labels: t.optional(t.map('Labels to add; they replace existing ones of the same name.')),
    annotations: t.optional(t.map('Annotations to add; they replace existing ones of the same name.')),
  });
}
