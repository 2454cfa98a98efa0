import * as t from '../schema.ts';

/** Chooses objects the way kustomize does: name, namespace, group, version and kind are anchored regular expressions. */
export function selector(description: string) {
  return t.object(description, {
    group: t.optional(t.string('API group, as a regular expression.')),
    version: t.optional(t.string('API version, as a regular expression.')),
    kind: t.optional(t.string('Kind, as a regular expression.')),
    name: t.optional(t.string('Name, as a regular expression.')),
    namespace: t.optional(t.string('Namespace, as a regular expression.')),
    labelSelector: t.optional(t.string('Labels the object must have, in the form of kubectl -l.')),
    annotationSelector: t.optional(t.string('Annotations the object must have, in the form of kubectl -l.')),
  });
}

/** A patch with the objects that it applies to. */
export const patch = t.object('A patch and what it applies to.', {
  patch: t.string('A strategic merge patch, or a list of JSON 6902 operations, as YAML.'),
  target: t.optional(selector('Objects to patch; a strategic merge patch may name its own instead.')),
});

/** A replacement of a container image. */
export const image = t.object('A container image and what to use instead.', {
  name: t.string('Image name to look for, without a tag.'),
  newName: t.optional(t.string('Name to use instead.')),
  newTag: t.optional(t.string('Tag to use instead.')),
  digest: t.optional(t.string('Digest to pin; wins over newTag.')),
});

/** Fields of certain objects that somebody else may change. */
export function ignoreRules(description: string) {
  return t.array(
    t.object('Fields to leave alone on certain objects.', {
      paths: t.array(
        t.string('A JSON pointer.'),
        'The fields, as JSON pointers (RFC 6901), e.g. /spec/replicas.',
      ),
      target: t.optional(selector('Objects the rule is about; without it all of them.')),
    }),
    description,
  );
}
