import { defineNotifier, encodeHex, sha1 } from '@flux-host/sdk/typescript';
import { invalid, within } from '../notifier-common/failure.ts';
import { parseGitAddress, pathParts } from '../notifier-common/git-address.ts';
import { exchange, send, statusError } from '../notifier-common/http.ts';
import { type Fields, isFields, jsonOf } from '../notifier-common/json.ts';
import { nameAndDescription } from '../notifier-common/naming.ts';
import { commitOfEvent } from '../notifier-common/revision.ts';
import { inProgress, isProgressing, isThere, stateOf, statusName } from '../notifier-common/state.ts';

const host = 'api.bitbucket.org:443';
const api = 'https://api.bitbucket.org/2.0';

export default defineNotifier({
  name: 'notifier-bitbucket',
  type: 'bitbucket',
  traits: ['commit-status'],
  requests: {
    network: [host],
    // The token is `user:app-password`.
    credentials: [
      { hosts: [host], header: { name: 'Authorization', key: 'token', format: 'Basic {base64}' } },
    ],
  },
  async notify({ event, provider, commitStatus, secretEntries }) {
    if (!secretEntries?.includes('token')) {
      throw invalid(
        'bitbucket token cannot be empty',
        'put <user>:<password> into the key token of the Secret',
      );
    }
    const id = statusName(commitStatus);
    const [owner = '', repo = ''] = pathParts(parseGitAddress(provider.address), 2).map(encodeURIComponent);
    if (isProgressing(event)) return inProgress;
    const commit = commitOfEvent(event);
    const state = stateOf(event, { info: 'SUCCESSFUL', error: 'FAILED' }, "can't convert to bitbucket state");
    // Keys have forty characters at most.
    const key = encodeHex(sha1(id));
    const builds = `${api}/repositories/${owner}/${repo}/commit/${commit}/statuses/build`;
    const { name, description } = nameAndDescription(event);
    const known = await within('could not get commit status', () => statusAt(`${builds}/${key}`));
    if (known?.['state'] === state && known['description'] === description) return isThere;
    const json = { key, state, name, description, url: 'https://bitbucket.org' };
    await within('could not create commit status', () => exchange(builds, { json }));
    return {};
  },
});

/** What is there; undefined for nothing. */
async function statusAt(url: string): Promise<Fields | undefined> {
  const response = await send(url, {});
  if (response.status === 404) return undefined;
  if (!response.ok) throw statusError(response, `request failed with status code ${response.status}`);
  const status = await jsonOf(response);
  return isFields(status) ? status : undefined;
}
