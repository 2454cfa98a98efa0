import type { Static } from 'typebox';
import * as t from '../schema.ts';

/** One aspect of an object's state, in Kubernetes' standard form. */
export const Condition = t.object('One aspect of the state of this object.', {
  type: t.string('What the condition is about, e.g. Ready or Stalled.', {
    maxLength: 316,
    pattern:
      '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
  }),
  status: t.oneOf(['True', 'False', 'Unknown'], 'Whether the condition holds.'),
  observedGeneration: t.optional(
    t.integer('Generation of the object that the condition was computed from.', {
      format: 'int64',
      minimum: 0,
    }),
  ),
  lastTransitionTime: t.time('When the status last changed from one value to another.'),
  reason: t.string('Why the status is what it is, in one CamelCase word for programs.', {
    minLength: 1,
    maxLength: 1024,
    pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
  }),
  message: t.string('The details, for people. May be empty.', { maxLength: 32768 }),
});
export type Condition = Static<typeof Condition>;

export const conditions = t.array(Condition, 'State of the object, one entry an aspect.');
