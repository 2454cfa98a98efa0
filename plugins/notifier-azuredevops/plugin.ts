import { defineNotifier } from '@flux-host/sdk/typescript';
import { invalid, within } from '../notifier-common/failure.ts';
import { parseGitAddress, pathParts } from '../notifier-common/git-address.ts';
import { exchange } from '../notifier-common/http.ts';
import { at, jsonOf, objectsOf } from '../notifier-common/json.ts';
import { nameAndDescription } from '../notifier-common/naming.ts';
import { commitOfEvent } from '../notifier-common/revision.ts';
import { inProgress, isProgressing, isThere, stateOf, statusName } from '../notifier-common/state.ts';
import { isDuplicate } from './duplicate.ts';

const headers = { Accept: 'application/json;api-version=6.0', 'X-TFS-FedAuthRedirect': 'Suppress' };

export default defineNotifier({
  name: 'notifier-azuredevops',
  type: 'azuredevops',
  traits: ['commit-status'],
  requests: {
    network: ['$address'],
    // A personal access token is a password without a user name.
    credentials: [{ basic: { passwordKey: 'token' } }],
    identity: {
      cloud: 'azure',
      scope: '499b84ac-1321-427f-aa17-267ca6975798/.default',
      hosts: ['dev.azure.com:443', '$address'],
    },
  },
  async notify({ event, provider, commitStatus, secretEntries, hasIdentity }) {
    if (!secretEntries?.includes('token') && !hasIdentity) {
      throw invalid(
        'failed to acquire azure devops token: failed to get token: there is neither a token nor a cloud identity',
        'put a personal access token into the key token of the Secret, or set up workload identity',
      );
    }
    const address = parseGitAddress(provider.address);
    const name = statusName(commitStatus);
    const [organization, project, , repository] = pathParts(address, 4).map(encodeURIComponent);
    if (isProgressing(event)) return inProgress;
    const commit = commitOfEvent(event);
    const state = stateOf(
      event,
      { info: 'succeeded', error: 'error' },
      "can't convert to azure devops state",
    );
    const summary = event.metadata?.['summary'];
    const context = { genre: summary === undefined ? 'fluxcd' : `fluxcd:${summary}`, name };
    const status = { context, description: nameAndDescription(event).description, state };
    const repositories = `${address.host}/${organization}/${project}/_apis/git/repositories`;
    const url = `${repositories}/${repository}/commits/${commit}/statuses`;
    const known = await within('could not list commit statuses', async () =>
      jsonOf(await exchange(url, { headers })),
    );
    if (isDuplicate(objectsOf(at(known, 'value')), status)) return isThere;
    await within('could not create commit status', () => exchange(url, { headers, json: status }));
    return {};
  },
});
