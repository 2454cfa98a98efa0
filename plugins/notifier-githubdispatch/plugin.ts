import { defineNotifier } from '@flux-host/sdk/typescript';
import { eventWith } from '../notifier-common/event.ts';
import { eventObject } from '../notifier-common/event-json.ts';
import { within } from '../notifier-common/failure.ts';
import { githubClient } from '../notifier-common/github/client.ts';
import { githubRequests } from '../notifier-common/github/requests.ts';

export default defineNotifier({
  name: 'notifier-githubdispatch',
  type: 'githubdispatch',
  requests: githubRequests,
  async notify(call) {
    const { request } = await githubClient(call);
    const { kind = '', name = '', namespace = '' } = call.event.involvedObject;
    const json = {
      event_type: `${kind}/${name}.${namespace}`,
      client_payload: eventObject(eventWith(call.event, call.message)),
    };
    await within('could not send github repository dispatch webhook', () => request('/dispatches', { json }));
    return {};
  },
});
