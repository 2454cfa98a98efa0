import * as t from '../schema.ts';
import { localReference } from './references.ts';

export const kubeConfig = t.object(
  'How to reach another cluster; without it everything happens in this one. Set exactly one of the two.',
  {
    secretRef: t.optional(
      t.object('Secret in the same namespace that holds a kubeconfig with everything it needs inside.', {
        name: t.string('Name of the Secret.'),
        key: t.optional(t.string('Key of the Secret; by default `value`, then `value.yaml`.')),
      }),
    ),
    configMapRef: t.optional(
      localReference(
        'ConfigMap in the same namespace that tells how to sign in without a stored credential: provider ' +
          '(aws, azure, gcp or generic), cluster, address, ca.crt, audiences and serviceAccountName.',
      ),
    ),
  },
  {
    rules: [
      {
        rule: 'has(self.configMapRef) || has(self.secretRef)',
        message: 'kubeConfig needs either configMapRef or secretRef',
      },
      {
        rule: '!has(self.configMapRef) || !has(self.secretRef)',
        message: 'kubeConfig takes either configMapRef or secretRef, not both',
      },
    ],
  },
);
