import { usageError } from '../../../command/errors.ts';
import type { Command, FlagValues } from '../../../command/types.ts';
import { preview } from '../../texts.ts';
import { nameToCreate } from '../common.ts';
import { fileText } from '../file-text.ts';
import { publishSecret } from './publish.ts';

function dataFrom(flags: FlagValues, privateKey: string): Record<string, string> {
  const [id, owner, installation, baseUrl] = [
    'app-id',
    'app-installation-owner',
    'app-installation-id',
    'app-base-url',
  ].map((flag) => flags.text(flag));
  if (!id) throw usageError('githubAppID is required');
  if (!privateKey) throw usageError('githubAppPrivateKey is required');
  if (Boolean(owner) === Boolean(installation)) {
    throw usageError(
      'exactly one of githubAppInstallationOwner or githubAppInstallationID must be provided',
      'give --app-installation-owner or --app-installation-id',
    );
  }
  return {
    githubAppID: id,
    githubAppPrivateKey: privateKey,
    ...(owner && { githubAppInstallationOwner: owner }),
    ...(installation && { githubAppInstallationID: installation }),
    ...(baseUrl && { githubAppBaseURL: baseUrl }),
  };
}

/** `flux create secret githubapp` */
export const createSecretGitHubApp: Command = {
  name: 'githubapp',
  usage: '[name]',
  short: 'Create or update a github app secret',
  long: preview(
    'The create secret githubapp command generates a Kubernetes secret that can be used for GitRepository authentication with github app',
  ),
  example: `  # Create a githubapp authentication secret on disk and encrypt it with SOPS
  flux create secret githubapp podinfo-auth \\
    --app-id="1" \\
    --app-installation-id="2" \\
    --app-private-key=./private-key-file.pem \\
    --export > githubapp-auth.yaml

  sops --encrypt --encrypted-regex '^(data|stringData)$' \\
    --in-place githubapp-auth.yaml`,
  flags: {
    'app-id': { type: 'string', about: 'github app ID' },
    'app-installation-owner': {
      type: 'string',
      about: 'github app installation owner (user or organization)',
    },
    'app-installation-id': { type: 'string', about: 'github app installation ID' },
    'app-private-key': { type: 'string', about: 'github app private key file path' },
    'app-base-url': { type: 'string', about: 'github app base URL' },
  },
  async run(invocation) {
    const { flags, io } = invocation;
    const name = nameToCreate(invocation);
    const key = await fileText(flags.text('app-private-key'), 'unable to read private key file', io);
    await publishSecret('githubapp', { name, type: 'Opaque', stringData: dataFrom(flags, key) }, invocation);
  },
};
