import type { Static } from 'typebox';
import * as t from '../schema.ts';

export const Inventory = t.object('The objects that were applied.', {
  entries: t.array(
    t.object('One object.', {
      id: t.string('The object as <namespace>_<name>_<group>_<kind>.'),
      v: t.string('API version of the object, without its group.'),
    }),
    'One entry an object.',
  ),
});
export type Inventory = Static<typeof Inventory>;
