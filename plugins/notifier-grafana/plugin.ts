import { defineNotifier, type FluxEvent } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { basic, bearer } from '../notifier-common/credentials.ts';
import { metadataOf, unixSeconds } from '../notifier-common/event.ts';
import { post } from '../notifier-common/http.ts';
import { objectName } from '../notifier-common/naming.ts';

export default defineNotifier({
  name: 'notifier-grafana',
  type: 'grafana',
  // As in Flux, a token outweighs user name and password.
  requests: { network: ['$address'], credentials: [basic, bearer('token')] },
  async notify({ event, provider, message }) {
    const url = httpAddress(provider.address, 'Grafana URL');
    const json = { when: unixSeconds(event), text: message ?? objectName(event), tags: tagsOf(event) };
    await post(url, { json });
    return {};
  },
});

function tagsOf(event: FluxEvent): string[] {
  const { kind = '', name = '', namespace = '' } = event.involvedObject;
  const plain = (text: string) => text.replaceAll(':', '|');
  return [
    'flux',
    event.reportingController,
    ...metadataOf(event).map(([key, value]) => `${plain(key)}: ${plain(value)}`),
    `kind: ${kind}`,
    `name: ${name}`,
    `namespace: ${namespace}`,
  ];
}
