import { defineNotifier } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { eventWith } from '../notifier-common/event.ts';
import { post } from '../notifier-common/http.ts';
import { inProgress, isProgressing } from '../notifier-common/state.ts';
import { changeOf, incidentOf } from './payload.ts';

export default defineNotifier({
  name: 'notifier-pagerduty',
  type: 'pagerduty',
  requests: { network: ['$address'] },
  async notify({ event: original, provider: { address, channel = '' }, message }) {
    const { origin } = httpAddress(address, 'PagerDuty endpoint URL');
    if (isProgressing(original)) return inProgress;
    const event = eventWith(original, message);
    await post(`${origin}/v2/enqueue`, { json: incidentOf(event, channel) }, 'failed sending event');
    if (event.severity === 'info') {
      const json = changeOf(event, channel);
      await post(`${origin}/v2/change/enqueue`, { json }, 'failed sending change event');
    }
    return {};
  },
});
