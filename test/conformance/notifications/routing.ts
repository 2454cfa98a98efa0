import { alertsFor } from '@flux-host/host/notify/alerts/filter.ts';
import { matchesSource } from '@flux-host/host/notify/alerts/sources.ts';
import { dispatch } from '@flux-host/host/notify/intake.ts';
import type { Outcome } from '../asset.ts';
import { compare } from '../diff.ts';
import { alertOf, eventOf, type LooseEvent, namespace, providerOf } from './objects.ts';

const report = () => undefined;

interface Match {
  readonly event: LooseEvent;
  readonly source: {
    kind: 'Kustomization';
    name: string;
    namespace?: string;
    matchLabels?: Record<string, string>;
  };
  readonly severity: 'info' | 'error';
  /** Objects that exist, by the name of upstream's file: a Kustomization with the label app=podinfo. */
  readonly resourcesFile?: string;
}

export async function checkMatch(
  { event, source, severity, resourcesFile }: Match,
  { wantResult = false }: { wantResult?: boolean },
): Promise<Outcome> {
  const alert = alertOf({ spec: { eventSeverity: severity } });
  const labelsOf = async () => {
    if (!resourcesFile) throw new Error('there is no such object');
    return { app: 'podinfo' };
  };
  return compare(wantResult, await matchesSource(eventOf(event), source, { alert, labelsOf, report }));
}

/** Of what upstream's test sends the table has only what matters: which parts of the message the lists are about. */
const filtered = eventOf({
  involvedObject: {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    name: 'foo',
    namespace,
  },
  message: 'some excluded message',
  severity: 'info',
});

export async function checkFilter(
  { alertSpecs }: { alertSpecs: readonly Record<string, unknown>[] },
  { resultAlertCount = 0 }: { resultAlertCount?: number },
): Promise<Outcome> {
  const alerts = alertSpecs.map((spec) => alertOf({ spec }));
  const labelsOf = () => Promise.reject(new Error('there are no objects'));
  const found = await alertsFor(filtered, alerts, { labelsOf, report });
  return compare(resultAlertCount, found.length);
}

/** The Provider may be in another namespace than the Alert, where it must not be found. */
export async function checkDispatch(
  { providerNamespace, providerSuspended }: { providerNamespace?: string; providerSuspended?: boolean },
  { wantErr = false }: { wantErr?: boolean },
): Promise<Outcome> {
  const provider = providerOf({
    metadata: { name: 'slack' },
    spec: { type: 'slack', suspend: providerSuspended ?? false },
  });
  const where = providerNamespace || namespace;
  const sent: string[] = [];
  const result = await dispatch(filtered, alertOf({ spec: { providerRef: { name: 'slack' } } }), {
    noCrossNamespaceRefs: false,
    findProvider: (key) => (key.namespace === where && key.name === 'slack' ? provider : undefined),
    plugins: { find: () => undefined },
    report,
    groups: { add: () => Promise.reject(new Error('nothing is grouped')), hint: report },
    outbox: {
      async add(notification) {
        sent.push(notification.provider);
      },
    },
  }).catch((error: unknown) => error);
  const failed = result instanceof Error;
  const expected = wantErr || providerSuspended ? [] : ['slack'];
  return compare({ failed: wantErr, sent: expected }, { failed, sent });
}
