import * as t from '../schema.ts';

export const accessFrom = t.object('Other namespaces that may refer to this object.', {
  namespaceSelectors: t.array(
    t.object('Chooses namespaces by label.', {
      matchLabels: t.optional(t.map('Labels that the namespace must have; none means every namespace.')),
    }),
    'A namespace that one of these selects has access.',
  ),
});
