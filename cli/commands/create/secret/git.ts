import { usageError } from '../../../command/errors.ts';
import type { Command, Invocation } from '../../../command/types.ts';
import { scanHostKey } from '../../../ssh/scan.ts';
import { nameToCreate } from '../common.ts';
import { fileText } from '../file-text.ts';
import { keyPair } from '../git-credentials.ts';
import { sshKeyFlags } from '../ssh-flags.ts';
import { publishSecret } from './publish.ts';

type Data = Readonly<Record<string, string>>;

function dataFor(invocation: Invocation): Promise<Data> {
  const address = invocation.flags.text('url');
  if (!address) throw usageError('url is required');
  if (!URL.canParse(address)) throw usageError(`git URL parse failed: "${address}" is not a URL`);
  const url = new URL(address);
  const scheme = url.protocol.slice(0, -1);
  if (scheme === 'ssh') return sshData(url, invocation);
  if (scheme === 'http' || scheme === 'https') return httpData(invocation);
  throw usageError(`git URL scheme '${scheme}' not supported, can be: ssh, http and https`);
}

async function sshData(url: URL, invocation: Invocation): Promise<Data> {
  const pair = await keyPair(invocation);
  const password = invocation.flags.text('password');
  return {
    identity: pair.privateKey,
    'identity.pub': pair.publicKey,
    known_hosts: await scanHostKey(url.host, invocation.signal),
    ...(password && { password }),
  };
}

async function httpData({ flags, io }: Invocation): Promise<Data> {
  const [username, password, bearerToken] = ['username', 'password', 'bearer-token'].map((flag) =>
    flags.text(flag),
  );
  const hasUser = Boolean(username && password);
  if (!hasUser && !bearerToken) {
    throw usageError('for Git over HTTP/S the username and password, or a bearer token is required');
  }
  if (hasUser && bearerToken) throw usageError('user credentials and bearer token cannot be used together');
  const ca = flags.text('ca-crt-file');
  return {
    ...(username && password && { username, password }),
    ...(bearerToken && { bearerToken }),
    ...(ca && { 'ca.crt': await fileText(ca, 'unable to read TLS CA file', io) }),
  };
}

/** `flux create secret git` */
export const createSecretGit: Command = {
  name: 'git',
  usage: '[name]',
  short: 'Create or update a Kubernetes secret for Git authentication',
  long: `The create secret git command generates a Kubernetes secret with Git credentials.
For Git over SSH, the host and SSH keys are automatically generated and stored
in the secret.
For Git over HTTP/S, the provided basic authentication credentials or bearer
authentication token are stored in the secret.`,
  example: `  # Create a Git SSH authentication secret using an ECDSA P-521 curve public key
  flux create secret git podinfo-auth \\
    --url=ssh://git@github.com/stefanprodan/podinfo \\
    --ssh-key-algorithm=ecdsa \\
    --ssh-ecdsa-curve=p521

  # Create a Git SSH authentication secret with a private key from file
  # The public SSH host key will still be gathered from the host
  flux create secret git podinfo-auth \\
    --url=ssh://git@github.com/stefanprodan/podinfo \\
    --private-key-file=./private.key \\
    --password=<password>

  # Create a secret for a Git repository using basic authentication
  flux create secret git podinfo-auth \\
    --url=https://github.com/stefanprodan/podinfo \\
    --username=username \\
    --password=password

  # Create a Git SSH secret on disk
  flux create secret git podinfo-auth \\
    --url=ssh://git@github.com/stefanprodan/podinfo \\
    --export > podinfo-auth.yaml

  # Print the deploy key
  yq eval '.stringData."identity.pub"' podinfo-auth.yaml

  # Encrypt the secret on disk with SOPS
  sops --encrypt --encrypted-regex '^(data|stringData)$' \\
    --in-place podinfo-auth.yaml`,
  flags: {
    url: { type: 'string', about: 'git address, e.g. ssh://git@host/org/repository' },
    username: { type: 'string', short: 'u', about: 'basic authentication username' },
    password: { type: 'string', short: 'p', about: 'basic authentication password' },
    ...sshKeyFlags,
    'ca-crt-file': {
      type: 'string',
      about: 'path to TLS CA certificate file used for validating self-signed certificates',
    },
    'private-key-file': {
      type: 'string',
      about: 'path to a private key file used for authenticating to the Git SSH server',
    },
    'bearer-token': { type: 'string', about: 'bearer authentication token' },
  },
  async run(invocation) {
    const name = nameToCreate(invocation);
    await publishSecret('git', { name, stringData: await dataFor(invocation) }, invocation);
  },
};
