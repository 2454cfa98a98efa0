import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { Provider } from '@flux-host/crds/notification/provider.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';

/** What upstream's test objects have in common where a case does not say it. */
export const namespace = 'foo-ns';

/** A Go object as JSON: an absent field is the zero value, an absent list `null`. */
export interface Loose {
  readonly metadata?: { readonly name?: string; readonly uid?: string };
  readonly spec?: Readonly<Record<string, unknown>>;
}

export function alertOf({ metadata, spec }: Loose = {}): Alert {
  const sources = spec?.['eventSources'];
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    kind: 'Alert',
    metadata: { name: '', ...metadata, namespace },
    spec: { providerRef: { name: '' }, ...spec, eventSources: Array.isArray(sources) ? sources : [] },
  };
}

export function providerOf({ metadata, spec }: Loose): Provider {
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    kind: 'Provider',
    metadata: { name: '', ...metadata, namespace },
    spec: { type: '', ...spec },
  };
}

/** An event as a case has it, with the fields that are needed to read it. */
export type LooseEvent = Partial<FluxEvent> & Pick<FluxEvent, 'involvedObject'>;

export function eventOf(event: LooseEvent): FluxEvent {
  return { severity: '', timestamp: null, message: '', reason: '', reportingController: '', ...event };
}
