import { GitRepository } from '@flux-host/crds/index.ts';
import { stringAt } from '@flux-host/host/json.ts';
import { commandError, usageError } from '../../command/errors.ts';
import type { Command, FlagValues, Invocation } from '../../command/types.ts';
import { exported } from '../../kinds/canonical.ts';
import { gitRepository } from '../../kinds/git-repository.ts';
import { yamlDocument } from '../../output/document.ts';
import { durationFrom, labelsFrom, nameToCreate } from './common.ts';
import { configureCredentials } from './git-credentials.ts';
import { sourceGitExample, sourceGitFlags } from './source-git-flags.ts';
import { upsert, waitReady } from './upsert.ts';

type Reference = NonNullable<GitRepository['spec']['ref']>;

/** @throws FluxError FLUX_E_CLI_USAGE when the address is missing or of no use */
function addressFrom(flags: FlagValues): URL {
  const text = flags.text('url');
  if (!text) throw usageError('url is required');
  if (!URL.canParse(text)) throw usageError(`git URL parse failed: "${text}" is not a URL`);
  const url = new URL(text);
  const scheme = url.protocol.slice(0, -1);
  if (!['ssh', 'http', 'https'].includes(scheme)) {
    throw usageError(`git URL scheme '${scheme}' not supported, can be: ssh, http and https`);
  }
  return url;
}

/** The most precise of what was given. */
function referenceFrom(flags: FlagValues): Reference {
  const [branch, tag, semver, name, commit] = ['branch', 'tag', 'tag-semver', 'ref-name', 'commit'].map(
    (flag) => flags.text(flag),
  );
  if (commit) return { commit, ...(branch && { branch }) };
  if (name) return { name };
  if (semver) return { semver };
  if (tag) return { tag };
  if (branch) return { branch };
  throw usageError(
    'a Git ref is required, use one of the following: --branch, --tag, --commit, --ref-name or --tag-semver',
  );
}

const providers = ['generic', 'github', 'aws', 'azure'] as const;

/** The object that the flags describe. */
function fromFlags(invocation: Invocation): { object: GitRepository; url: URL } {
  const { flags, namespace } = invocation;
  const name = nameToCreate(invocation);
  const url = addressFrom(flags);
  const ref = referenceFrom(flags);
  if (flags.text('ca-file') && url.protocol === 'ssh:') {
    throw usageError('specifying a CA file is not supported for Git over SSH');
  }
  const ignore = flags.list('ignore-paths');
  const sparseCheckout = flags.list('sparse-checkout-paths');
  const secret = flags.text('secret-ref');
  const proxy = flags.text('proxy-secret-ref');
  const provider = providers.find((each) => each === flags.text('provider'));
  const object: GitRepository = {
    apiVersion: GitRepository.apiVersion,
    kind: GitRepository.kind,
    metadata: { name, namespace, ...labelsFrom(flags) },
    spec: {
      url: flags.text('url'),
      interval: durationFrom(flags, 'interval'),
      ref,
      ...(flags.is('recurse-submodules') && { recurseSubmodules: true }),
      ...(ignore.length > 0 && { ignore: ignore.join('\n') }),
      ...(sparseCheckout.length > 0 && { sparseCheckout }),
      ...(flags.milliseconds('fetch-timeout') > 0 && { timeout: durationFrom(flags, 'fetch-timeout') }),
      ...(secret && { secretRef: { name: secret } }),
      ...(proxy && { proxySecretRef: { name: proxy } }),
      ...(provider && { provider }),
    },
  };
  return { object, url };
}

/** `flux create source git` */
export const createSourceGit: Command = {
  name: 'git',
  usage: '[name]',
  short: 'Create or update a GitRepository source',
  long: `The create source git command generates a GitRepository resource and waits for it to sync.
For Git over SSH, host and SSH keys are automatically generated and stored in a Kubernetes secret.
For private Git repositories, the basic authentication credentials are stored in a Kubernetes secret.`,
  example: sourceGitExample,
  flags: sourceGitFlags,
  async run(invocation) {
    const { flags, log, io } = invocation;
    const { object, url } = fromFlags(invocation);
    if (flags.is('export')) {
      return io.out(yamlDocument(exported(GitRepository, object, gitRepository.pointers)));
    }
    log.generate('generating GitRepository source');
    if (!flags.text('secret-ref')) {
      const secret = await configureCredentials(object.metadata.name, url, invocation);
      if (secret) object.spec.secretRef = { name: secret };
    }
    if (flags.is('verbose')) io.out(yamlDocument(exported(GitRepository, object, gitRepository.pointers)));
    log.action('applying GitRepository source');
    log.success(`GitRepository source ${await upsert(GitRepository, object, invocation)}`);
    log.waiting('waiting for GitRepository source reconciliation');
    const ready = await waitReady(GitRepository, object, invocation);
    log.success('GitRepository source reconciliation completed');
    const revision = stringAt(ready, 'status', 'artifact', 'revision');
    if (!revision) {
      throw commandError(
        'FLUX_E_CLI_NO_ARTIFACT',
        'GitRepository source reconciliation completed but no artifact was found',
      );
    }
    log.success(`fetched revision: ${revision}`);
  },
};
