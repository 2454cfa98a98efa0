import { defineNotifier } from '@flux-host/sdk/typescript';
import { within } from '../notifier-common/failure.ts';
import { giteaClient, giteaRequests } from '../notifier-common/gitea.ts';
import { objectsOf } from '../notifier-common/json.ts';
import { nameAndDescription } from '../notifier-common/naming.ts';
import { commitOfEvent } from '../notifier-common/revision.ts';
import { isProgressing, isThere, stateOf, statusName } from '../notifier-common/state.ts';
import { isDuplicate } from './duplicate.ts';

const headers = { 'Content-Type': 'application/json' };

export default defineNotifier({
  name: 'notifier-gitea',
  type: 'gitea',
  traits: ['commit-status'],
  requests: giteaRequests,
  async notify(call) {
    const { event } = call;
    const context = statusName(call.commitStatus);
    const { request } = await giteaClient(call);
    const commit = commitOfEvent(event);
    const state = isProgressing(event)
      ? 'pending'
      : stateOf(event, { info: 'success', error: 'failure' }, "can't convert to gitea state");
    const status = { state, context, description: nameAndDescription(event).description };
    const known = await within('could not list commit statuses', () =>
      request(`/commits/${commit}/statuses?limit=50&page=1`, { headers }),
    );
    if (isDuplicate(objectsOf(known), status)) return isThere;
    await within('could not create commit status', () =>
      request(`/statuses/${commit}`, { json: { ...status, target_url: '' } }),
    );
    return {};
  },
});
