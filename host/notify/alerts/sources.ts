import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { labelSelectorOf, matchesLabels } from '../../kube/labels.ts';
import { involvedName } from '../event/involved.ts';
import type { Report } from '../types.ts';

/** The labels of the object that an event is about; rejects when they cannot be had. */
export type LabelLookup = (
  involved: FluxEvent['involvedObject'],
) => Promise<Readonly<Record<string, string>>>;

type EventSource = Alert['spec']['eventSources'][number];

/** Whether an event comes from one of the Alert's sources, and is severe enough. */
export async function matchesSource(
  event: FluxEvent,
  source: EventSource,
  { alert, labelsOf, report }: { alert: Alert; labelsOf: LabelLookup; report: Report },
): Promise<boolean> {
  const { involvedObject: involved, severity } = event;
  const namespace = source.namespace || (alert.metadata.namespace ?? '');
  const wanted = alert.spec.eventSeverity ?? 'info';
  if ((involved.namespace ?? '') !== namespace || involved.kind !== source.kind) return false;
  if (severity !== wanted && wanted !== 'info') return false;
  if (source.name !== '*' && source.name !== involved.name) return false;
  if (!source.matchLabels) return true;
  const warn = (reason: string, message: string) => report(alert, { type: 'Warning', reason, message });
  try {
    const selector = labelSelectorOf({ matchLabels: source.matchLabels });
    return matchesLabels(selector, await labelsOf(involved));
  } catch (error) {
    if (isSelectorFault(error)) {
      warn(
        'InvalidConfig',
        `error using matchLabels from event source ${source.kind}/${namespace}/${source.name}`,
      );
    } else warn('SourceFetchFailed', `error getting source object ${involvedName(event)}`);
    return false;
  }
}

function isSelectorFault(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FLUX_E_LABEL_SELECTOR';
}
