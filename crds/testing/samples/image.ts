import { ImagePolicy } from '../../image/image-policy.ts';
import { ImageRepository } from '../../image/image-repository.ts';
import { ImageUpdateAutomation } from '../../image/image-update-automation.ts';
import { samplesOf } from '../sample.ts';

const policy = { imageRepositoryRef: { name: 'app' }, policy: { semver: { range: '^1.0' } } };
const automation = { interval: '5m', sourceRef: { kind: 'GitRepository', name: 'app' } } as const;

export const imageSamples = [
  samplesOf(ImageRepository, {
    good: [
      {
        what: 'an image and an interval',
        spec: { image: 'registry.example.com/app', interval: '5m' },
        defaults: { provider: 'generic', exclusionList: ['^.*\\.sig$'] },
      },
    ],
    bad: [
      { what: 'no image', spec: { interval: '5m' }, says: 'spec.image: Required value' },
      {
        what: 'too many exclusions',
        spec: { image: 'x', interval: '5m', exclusionList: Array(26).fill('x') },
        says: 'must have at most 25 items',
      },
    ],
  }),
  samplesOf(ImagePolicy, {
    good: [
      { what: 'a range of versions', spec: policy, defaults: { digestReflectionPolicy: 'Never' } },
      {
        what: 'numbers, and digests again and again',
        spec: { ...policy, policy: { numerical: {} }, digestReflectionPolicy: 'Always', interval: '1h' },
        defaults: { 'policy.numerical.order': 'asc' },
      },
      {
        what: 'a policy plugin with settings of its own',
        spec: { ...policy, policy: { plugin: { name: 'calver', config: { format: 'YYYY.MM' } } } },
        defaults: { 'policy.plugin.config': { format: 'YYYY.MM' } },
      },
    ],
    bad: [
      {
        what: 'an interval without digests',
        spec: { ...policy, interval: '1h' },
        says: 'interval needs digestReflectionPolicy Always',
      },
      {
        what: 'digests again and again without an interval',
        spec: { ...policy, digestReflectionPolicy: 'Always' },
        says: 'digestReflectionPolicy Always needs an interval',
      },
      {
        what: 'an unknown order',
        spec: { ...policy, policy: { alphabetical: { order: 'ASC' } } },
        says: 'Unsupported value: "ASC"',
      },
    ],
  }),
  samplesOf(ImageUpdateAutomation, {
    good: [
      {
        what: 'a source and an author',
        spec: {
          ...automation,
          git: {
            commit: {
              author: { email: 'bot@example.com' },
              signingKey: { type: 'ssh', secretRef: { name: 'key' } },
            },
          },
          policySelector: { matchExpressions: [{ key: 'team', operator: 'In', values: ['a'] }] },
        },
        defaults: { update: { strategy: 'Setters' } },
      },
    ],
    bad: [
      {
        what: 'a commit by nobody',
        spec: { ...automation, git: { commit: {} } },
        says: 'spec.git.commit.author: Required value',
      },
      {
        what: 'an unknown strategy',
        spec: { ...automation, update: { strategy: 'Magic' } },
        says: 'Unsupported value: "Magic"',
      },
    ],
  }),
];
