/** Entries of the Secret that describe a GitHub App. The plugin signs with the key itself. */
export const appKeys = [
  'githubAppID',
  'githubAppInstallationID',
  'githubAppInstallationOwner',
  'githubAppPrivateKey',
  'githubAppBaseURL',
] as const;

/** What plugins for GitHub ask for: github.com has its API at another host. A token outweighs a password. */
export const githubRequests = {
  network: ['$address', 'api.github.com:443', '*.ghe.com:443'],
  secretKeys: appKeys,
  credentials: ['password', 'token'].map((key) => ({
    hosts: ['$address', 'api.github.com:443'],
    header: { name: 'Authorization', key, format: 'Bearer {}' },
  })),
};
