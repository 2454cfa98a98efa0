import { ImagePolicy } from '@flux-host/crds/index.ts';
import { usageError } from '../../../command/errors.ts';
import type { Command, FlagValues } from '../../../command/types.ts';
import { imagePolicy as kind } from '../../../kinds/image-policy.ts';
import { durationFrom, labelsFrom, nameToCreate } from '../common.ts';
import { generate } from '../generate.ts';
import { filterFrom } from './tag-filter.ts';

type Spec = ImagePolicy['spec'];

const orders = ['asc', 'desc'] as const;
const reflections = ['Never', 'IfNotPresent', 'Always'] as const;

/** How one of the tags is chosen. */
function policyFrom(flags: FlagValues): Spec['policy'] {
  const given = ['select-semver', 'select-alpha', 'select-numeric'].filter((flag) => flags.text(flag));
  if (given.length > 1) {
    throw usageError('only one of --select-semver, --select-alpha or --select-numeric can be specified');
  }
  const [flag] = given;
  if (!flag) {
    throw usageError(
      'a policy must be provided with either --select-semver, --select-alpha or --select-numeric',
    );
  }
  const value = flags.text(flag);
  if (flag === 'select-semver') return { semver: { range: value } };
  const order = orders.find((each) => each === value);
  if (!order) throw usageError(`--${flag} must be one of ["asc", "desc"]`);
  return flag === 'select-alpha' ? { alphabetical: { order } } : { numerical: { order } };
}

/** Whether the digest of the tag is noted, and how often it is looked up. */
function reflectionFrom(flags: FlagValues): Pick<Spec, 'digestReflectionPolicy' | 'interval'> {
  const given = flags.text('reflect-digest');
  const reflection = reflections.find((each) => each === given);
  if (given && !reflection) {
    throw usageError("invalid value for --reflect-digest, must be one of 'Never', 'IfNotPresent', 'Always'");
  }
  const hasInterval = flags.milliseconds('interval') > 0;
  if (hasInterval && reflection !== 'Always') {
    throw usageError(
      "the --interval flag can only be used with the 'Always' digest reflection policy, use --reflect-digest=Always",
    );
  }
  return {
    ...(reflection && { digestReflectionPolicy: reflection }),
    ...(hasInterval && { interval: durationFrom(flags, 'interval') }),
  };
}

function specFrom(flags: FlagValues): Spec {
  const repository = flags.text('image-ref');
  if (!repository) {
    throw usageError('the name of an ImageRepository in the namespace is required (--image-ref)');
  }
  const policy = policyFrom(flags);
  const filterTags = filterFrom(flags);
  return {
    imageRepositoryRef: { name: repository },
    policy,
    ...(filterTags && { filterTags }),
    ...reflectionFrom(flags),
  };
}

/** `flux create image policy` */
export const createImagePolicy: Command = {
  name: 'policy',
  usage: '[name]',
  short: 'Create or update an ImagePolicy object',
  long: `The create image policy command generates an ImagePolicy resource.
An ImagePolicy object calculates a "latest image" given an image
repository and a policy, e.g., semver.

The image that sorts highest according to the policy is recorded in
the status of the object.`,
  example: `  # Create an ImagePolicy to select the latest stable release
  flux create image policy podinfo \\
    --image-ref=podinfo \\
    --select-semver=">=1.0.0"

  # Create an ImagePolicy to select the latest main branch build tagged as "\${GIT_BRANCH}-\${GIT_SHA:0:7}-$(date +%s)"
  flux create image policy podinfo \\
    --image-ref=podinfo \\
    --select-numeric=asc \\
    --filter-regex='^main-[a-f0-9]+-(?P<ts>[0-9]+)' \\
    --filter-extract='$ts'`,
  flags: {
    'image-ref': { type: 'string', about: 'the name of an image repository object' },
    'select-semver': { type: 'string', about: "a semver range to apply to tags; e.g., '1.x'" },
    'select-alpha': {
      type: 'string',
      choices: orders,
      about:
        'use alphabetical sorting to select image; either "asc" meaning select the last, or "desc" meaning select the first',
    },
    'select-numeric': {
      type: 'string',
      choices: orders,
      about:
        'use numeric sorting to select image; either "asc" meaning select the last, or "desc" meaning select the first',
    },
    'filter-regex': {
      type: 'string',
      about: 'regular expression pattern used to filter the image tags',
    },
    'filter-extract': {
      type: 'string',
      about: 'replacement pattern (using capture groups from --filter-regex) to use for sorting',
    },
    'reflect-digest': {
      type: 'string',
      choices: reflections,
      about:
        "the digest reflection policy to use when observing latest image tags (one of 'Never', 'IfNotPresent', 'Always')",
    },
    interval: {
      type: 'duration',
      about: "the interval at which to check for new image digests when the policy is set to 'Always'",
    },
  },
  async run(invocation) {
    const { flags, namespace } = invocation;
    const name = nameToCreate(invocation);
    const object: ImagePolicy = {
      apiVersion: ImagePolicy.apiVersion,
      kind: ImagePolicy.kind,
      spec: specFrom(flags),
      metadata: { name, namespace, ...labelsFrom(flags) },
    };
    await generate(kind, object, invocation, { ready: 'ImagePolicy reconciliation completed' });
  },
};
