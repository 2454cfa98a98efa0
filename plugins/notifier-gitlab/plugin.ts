import { defineNotifier } from '@flux-host/sdk/typescript';
import { within } from '../notifier-common/failure.ts';
import { formEncode } from '../notifier-common/form.ts';
import { gitlabClient, gitlabRequests } from '../notifier-common/gitlab.ts';
import { objectsOf } from '../notifier-common/json.ts';
import { nameAndDescription } from '../notifier-common/naming.ts';
import { commitOfEvent } from '../notifier-common/revision.ts';
import { inProgress, isProgressing, isThere, stateOf, statusName } from '../notifier-common/state.ts';
import { isDuplicate } from './duplicate.ts';

export default defineNotifier({
  name: 'notifier-gitlab',
  type: 'gitlab',
  traits: ['commit-status'],
  requests: gitlabRequests,
  async notify(call) {
    const { event } = call;
    const { project, request } = gitlabClient(call);
    const name = statusName(call.commitStatus);
    if (isProgressing(event)) return inProgress;
    const sha = commitOfEvent(event);
    const state = stateOf(event, { info: 'success', error: 'failed' }, "can't convert to gitlab state");
    const { description } = nameAndDescription(event);
    const known = await within('unable to list commit status', () =>
      request(`${project}/repository/commits/${sha}/statuses?${formEncode({ name })}`),
    );
    if (isDuplicate(objectsOf(known), { sha, status: state, name, description })) return isThere;
    await within('could not create commit status', () =>
      request(`${project}/statuses/${sha}`, { json: { state, name, description } }),
    );
    return {};
  },
});
