import { load } from 'js-yaml';

/** A document; undefined for an empty text. */
export const yaml = (text = ''): unknown => (text.trim() === '' ? undefined : load(text));
