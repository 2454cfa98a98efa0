import { defineNotifier, encodeHex, type FluxEvent, sha1 } from '@flux-host/sdk/typescript';
import { basic, bearer } from '../notifier-common/credentials.ts';
import { invalid, within } from '../notifier-common/failure.ts';
import { nameAndDescription } from '../notifier-common/naming.ts';
import { commitOf, revisionOf } from '../notifier-common/revision.ts';
import { inProgress, isProgressing, isThere, stateOf, statusName } from '../notifier-common/state.ts';
import { commitsUrl } from './address.ts';
import { type Build, hasBuild, postBuild } from './builds.ts';

export default defineNotifier({
  name: 'notifier-bitbucketserver',
  type: 'bitbucketserver',
  traits: ['commit-status'],
  // A token outweighs user name and password.
  requests: { network: ['$address'], credentials: [basic, bearer('token')] },
  async notify({ event, provider: { address = '' }, commitStatus, secretEntries = [] }) {
    const url = commitsUrl(address);
    const id = statusName(commitStatus);
    const has = (key: string) => secretEntries.includes(key);
    if (!has('token') && !(has('username') && has('password'))) {
      throw invalid('invalid credentials, expected to be one of username/password or API Token');
    }
    if (isProgressing(event)) return inProgress;
    const revision = revisionOf(event);
    const commit = await within('could not parse revision', async () => commitOf(revision));
    url.pathname += `/${commit}/builds`;
    const build = await within("couldn't convert to bitbucket server state", async () =>
      buildOf(event, { id, address }),
    );
    if (await within('could not get existing commit status', () => hasBuild(url, build))) return isThere;
    await within('could not post build status', () => postBuild(url, build));
    return {};
  },
});

function buildOf(event: FluxEvent, { id, address }: { id: string; address: string }): Build {
  const problem = 'bitbucket server state generated on info or error events only';
  const { name, description } = nameAndDescription(event);
  return {
    // Keys have forty characters at most.
    key: encodeHex(sha1(id)),
    state: stateOf(event, { info: 'SUCCESSFUL', error: 'FAILED' }, problem),
    // Only the name is shown in the list of builds.
    name: `${name} [${description}]`,
    description,
    url: address,
  };
}
