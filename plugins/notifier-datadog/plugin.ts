import { defineNotifier, type FluxEvent } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { metadataOf, unixSeconds } from '../notifier-common/event.ts';
import { invalid, within } from '../notifier-common/failure.ts';
import { exchange } from '../notifier-common/http.ts';
import { isError } from '../notifier-common/naming.ts';

export default defineNotifier({
  name: 'notifier-datadog',
  type: 'datadog',
  requests: { network: ['$address'], credentials: [{ header: { name: 'DD-API-KEY', key: 'token' } }] },
  async notify({ event, provider, message, secretEntries }) {
    if (!secretEntries?.includes('token')) {
      throw invalid('token cannot be empty', 'put the API key into the key token of the Secret');
    }
    const { origin } = httpAddress(provider.address, 'DataDog address');
    const { kind = '', name = '', namespace = '' } = event.involvedObject;
    const json = {
      title: `Events from the ${kind} ${name}/${namespace}`,
      text: message ?? event.message,
      tags: tagsOf(event),
      source_type_name: 'fluxcd',
      date_happened: unixSeconds(event),
      alert_type: isError(event) ? 'error' : 'info',
    };
    await within('failed to post event to DataDog', () =>
      exchange(`${origin}/api/v1/events`, { headers: { Accept: 'application/json' }, json }),
    );
    return {};
  },
});

/** Datadog makes tags lower-case; so are they here, for them to be the same everywhere. */
function tagsOf(event: FluxEvent): string[] {
  const { kind = '', name = '', namespace = '' } = event.involvedObject;
  const tags = [
    `flux_reporting_controller:${event.reportingController}`,
    `flux_reason:${event.reason}`,
    `kube_kind:${kind}`,
    `kube_name:${name}`,
    `kube_namespace:${namespace}`,
    ...metadataOf(event).map(([key, value]) => `${key}:${value}`),
  ];
  return tags.map((tag) => tag.toLowerCase());
}
