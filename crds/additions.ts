/**
 * Where our kinds of Flux's API groups go beyond Flux. All of it is optional for users: a manifest written for
 * Flux means what it meant. The conformance run tolerates exactly these differences and prints them.
 */
export interface Addition {
  readonly kind: string;
  /** As in the conformance vectors: `.spec.x`, `[]` for items, `{}` for map values. */
  readonly path: string;
  /** A field that Flux does not have (with all below it), or one whose list of words is open. */
  readonly change: 'new field' | 'open list';
  /** What users gain. */
  readonly why: string;
}

export const additions: readonly Addition[] = [
  {
    kind: 'Kustomization',
    path: '.spec.builder',
    change: 'new field',
    why: 'an installed plugin builds the manifests instead of kustomize',
  },
  {
    kind: 'ImagePolicy',
    path: '.spec.policy.plugin',
    change: 'new field',
    why: 'an installed plugin chooses the tag',
  },
  {
    kind: 'Provider',
    path: '.spec.type',
    change: 'open list',
    why: 'any type that an installed notifier plugin provides is allowed',
  },
  {
    kind: 'Receiver',
    path: '.spec.type',
    change: 'open list',
    why: 'any type that an installed receiver plugin provides is allowed',
  },
  {
    kind: 'Provider',
    path: '.spec.config',
    change: 'new field',
    why: 'settings of an installed notifier plugin',
  },
  {
    kind: 'Alert',
    path: '.spec.template',
    change: 'new field',
    why: 'the text of the message can be chosen',
  },
  {
    kind: 'Alert',
    path: '.spec.group',
    change: 'new field',
    why: 'many failures with one cause make one message',
  },
];
