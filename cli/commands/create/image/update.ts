import { ImageUpdateAutomation } from '@flux-host/crds/index.ts';
import { usageError } from '../../../command/errors.ts';
import type { Command, FlagValues } from '../../../command/types.ts';
import { imageUpdateAutomation as kind } from '../../../kinds/image-update-automation.ts';
import { durationFrom, labelsFrom, nameToCreate, optional } from '../common.ts';
import { generate } from '../generate.ts';

const keyTypes = ['gpg', 'ssh'] as const;

const required = [
  ['git-repo-ref', 'a reference to a GitRepository is required (--git-repo-ref)'],
  ['checkout-branch', 'the Git repository branch is required (--checkout-branch)'],
  ['author-name', 'the author name is required (--author-name)'],
  ['author-email', 'the author email is required (--author-email)'],
] as const;

function signingKeyFrom(flags: FlagValues): object {
  const name = flags.text('signing-key-secret');
  const given = flags.text('signing-key-type');
  const type = keyTypes.find((each) => each === given);
  if (given && !name) throw usageError('--signing-key-type requires --signing-key-secret');
  if (given && !type) throw usageError(`--signing-key-type must be one of: ${keyTypes.join(', ')}`);
  return name ? { signingKey: { secretRef: { name }, ...(type && { type }) } } : {};
}

function specFrom(flags: FlagValues): ImageUpdateAutomation['spec'] {
  for (const [flag, message] of required) if (!flags.text(flag)) throw usageError(message);
  const pushBranch = flags.text('push-branch');
  const path = flags.text('git-repo-path');
  return {
    interval: durationFrom(flags, 'interval'),
    sourceRef: {
      kind: 'GitRepository',
      name: flags.text('git-repo-ref'),
      ...optional('namespace', flags.text('git-repo-namespace')),
    },
    git: {
      checkout: { ref: { branch: flags.text('checkout-branch') } },
      commit: {
        author: { name: flags.text('author-name'), email: flags.text('author-email') },
        ...optional('messageTemplate', flags.text('commit-template')),
        ...signingKeyFrom(flags),
      },
      ...(pushBranch && { push: { branch: pushBranch } }),
    },
    ...(path && { update: { path, strategy: 'Setters' } }),
  };
}

/** `flux create image update` */
export const createImageUpdate: Command = {
  name: 'update',
  usage: '[name]',
  short: 'Create or update an ImageUpdateAutomation object',
  long: `The create image update command generates an ImageUpdateAutomation resource.
An ImageUpdateAutomation object specifies an automated update to images
mentioned in YAMLs in a git repository.`,
  example: `  # Configure image updates for the main repository created by flux bootstrap
  flux create image update flux-system \\
    --git-repo-ref=flux-system \\
    --git-repo-path="./clusters/my-cluster" \\
    --checkout-branch=main \\
    --author-name=flux \\
    --author-email=flux@example.com \\
    --commit-template="{{range .Updated.Images}}{{println .}}{{end}}"

  # Configure image updates to push changes to a different branch, if the branch doesn't exists it will be created
  flux create image update flux-system \\
    --git-repo-ref=flux-system \\
    --git-repo-path="./clusters/my-cluster" \\
    --checkout-branch=main \\
    --push-branch=image-updates \\
    --author-name=flux \\
    --author-email=flux@example.com

  # Configure image updates for a Git repository in a different namespace
  flux create image update apps \\
    --namespace=apps \\
    --git-repo-ref=flux-system \\
    --git-repo-namespace=flux-system \\
    --git-repo-path="./clusters/my-cluster" \\
    --checkout-branch=main \\
    --push-branch=image-updates \\
    --author-name=flux \\
    --author-email=flux@example.com`,
  flags: {
    'git-repo-ref': {
      type: 'string',
      about: 'the name of a GitRepository resource with details of the upstream Git repository',
    },
    'git-repo-namespace': {
      type: 'string',
      about: 'the namespace of the GitRepository resource, defaults to the ImageUpdateAutomation namespace',
    },
    'git-repo-path': {
      type: 'string',
      about: 'path to the directory containing the manifests to be updated, defaults to the repository root',
    },
    'checkout-branch': { type: 'string', about: 'the branch to checkout' },
    'push-branch': {
      type: 'string',
      about: 'the branch to push commits to, defaults to the checkout branch if not specified',
    },
    'commit-template': { type: 'string', about: 'a template for commit messages' },
    'author-name': { type: 'string', about: 'the name to use for commit author' },
    'author-email': { type: 'string', about: 'the email to use for commit author' },
    'signing-key-secret': {
      type: 'string',
      about: 'name of the Secret containing the signing key referenced in spec.git.commit.signingKey',
    },
    'signing-key-type': {
      type: 'string',
      choices: keyTypes,
      about: 'signing-key format: gpg or ssh (defaults to gpg when --signing-key-secret is set)',
    },
  },
  async run(invocation) {
    const { flags, namespace } = invocation;
    const name = nameToCreate(invocation);
    const object: ImageUpdateAutomation = {
      apiVersion: ImageUpdateAutomation.apiVersion,
      kind: ImageUpdateAutomation.kind,
      spec: specFrom(flags),
      metadata: { name, namespace, ...labelsFrom(flags) },
    };
    await generate(kind, object, invocation, { ready: 'ImageUpdateAutomation reconciliation completed' });
  },
};
