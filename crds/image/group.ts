import type { Static } from 'typebox';
import * as t from '../schema.ts';

export const imageGroup = 'image.toolkit.fluxcd.io';
export const imageCategories = ['all', 'fluxcd', 'fluxcd-images'] as const;

const properties = {
  name: t.string('Name of the image, without a tag.'),
  tag: t.string('Tag of the image.'),
  digest: t.optional(t.string('Digest of the image, when it is asked for.')),
};

/** An image that a policy chose. */
export function imageRef(description: string) {
  return t.object(description, properties);
}

export const ImageRef = imageRef('An image.');
export type ImageRef = Static<typeof ImageRef>;
