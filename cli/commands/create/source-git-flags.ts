import type { Flags } from '../../command/types.ts';
import { sshKeyFlags } from './ssh-flags.ts';

const providers = ['generic', 'github', 'aws', 'azure'];

export const sourceGitFlags: Flags = {
  url: { type: 'string', about: 'git address, e.g. ssh://git@host/org/repository' },
  branch: { type: 'string', about: 'git branch' },
  tag: { type: 'string', about: 'git tag' },
  'tag-semver': { type: 'string', about: 'git tag semver range' },
  'ref-name': { type: 'string', about: 'git reference name' },
  commit: { type: 'string', about: 'git commit' },
  username: { type: 'string', short: 'u', about: 'basic authentication username' },
  password: { type: 'string', short: 'p', about: 'basic authentication password' },
  ...sshKeyFlags,
  'secret-ref': {
    type: 'string',
    about: 'the name of an existing secret containing SSH or basic credentials or github app authentication',
  },
  'proxy-secret-ref': {
    type: 'string',
    about: 'the name of an existing secret containing the proxy address and credentials',
  },
  provider: {
    type: 'string',
    typeName: providers.join('|'),
    about: 'the Git provider name',
    choices: providers,
    check: (value) =>
      providers.includes(value)
        ? undefined
        : value.trim() === ''
          ? 'no source Git provider given, please specify the Git provider name'
          : `source Git provider '${value}' is not supported, must be one of: ${providers.join('|')}`,
  },
  'ca-file': {
    type: 'string',
    about: 'path to TLS CA file used for validating self-signed certificates',
  },
  'private-key-file': {
    type: 'string',
    about: 'path to a passwordless private key file used for authenticating to the Git SSH server',
  },
  'recurse-submodules': {
    type: 'bool',
    about:
      'when enabled, configures the GitRepository source to initialize and include Git submodules in the artifact it produces',
  },
  silent: {
    type: 'bool',
    short: 's',
    about: 'assumes the deploy key is already setup, skips confirmation',
  },
  'ignore-paths': {
    type: 'list',
    about: 'set paths to ignore in git resource (can specify multiple paths with commas: path1,path2)',
  },
  'sparse-checkout-paths': {
    type: 'list',
    about:
      'set paths to sparse checkout in git resource (can specify multiple paths with commas: path1,path2)',
  },
};

export const sourceGitExample = `  # Create a source from a public Git repository master branch
  flux create source git podinfo \\
    --url=https://github.com/stefanprodan/podinfo \\
    --branch=master

  # Create a source for a Git repository pinned to specific git tag
  flux create source git podinfo \\
    --url=https://github.com/stefanprodan/podinfo \\
    --tag="3.2.3"

  # Create a source from a public Git repository tag that matches a semver range
  flux create source git podinfo \\
    --url=https://github.com/stefanprodan/podinfo \\
    --tag-semver=">=3.2.0 <3.3.0"

  # Create a source for a Git repository using SSH authentication
  flux create source git podinfo \\
    --url=ssh://git@github.com/stefanprodan/podinfo \\
    --branch=master

  # Create a source for a Git repository using SSH authentication and a
  # private key with a password from file
  # The public SSH host key will still be gathered from the host
  flux create source git podinfo \\
    --url=ssh://git@github.com/stefanprodan/podinfo \\
    --branch=master \\
    --private-key-file=./private.key \\
    --password=<password>

  # Create a source for a Git repository using basic authentication
  flux create source git podinfo \\
    --url=https://github.com/stefanprodan/podinfo \\
    --branch=master \\
    --username=username \\
    --password=password`;
