import { defineNotifier } from '@flux-host/sdk/typescript';
import { within } from '../notifier-common/failure.ts';
import { githubClient } from '../notifier-common/github/client.ts';
import { githubRequests } from '../notifier-common/github/requests.ts';
import { objectsOf } from '../notifier-common/json.ts';
import { nameAndDescription } from '../notifier-common/naming.ts';
import { commitOfEvent } from '../notifier-common/revision.ts';
import { inProgress, isProgressing, isThere, stateOf, statusName } from '../notifier-common/state.ts';
import { isDuplicate } from './duplicate.ts';

export default defineNotifier({
  name: 'notifier-github',
  type: 'github',
  traits: ['commit-status'],
  requests: githubRequests,
  async notify(call) {
    const { event } = call;
    const context = statusName(call.commitStatus);
    const { request } = await githubClient(call);
    if (isProgressing(event)) return inProgress;
    const commit = commitOfEvent(event);
    const state = stateOf(event, { info: 'success', error: 'failure' }, "can't convert to github state");
    const status = { state, context, description: nameAndDescription(event).description };
    const known = await within('could not list commit statuses', () =>
      request(`/commits/${commit}/statuses?per_page=50`),
    );
    if (isDuplicate(objectsOf(known), status)) return isThere;
    await within('could not create commit status', () => request(`/statuses/${commit}`, { json: status }));
    return {};
  },
});
