import { at, listAt, numberAt, recordAt, stringAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { conditionNamed } from '../../kinds/conditions.ts';
import type { Finding } from './types.ts';

/**
 * A pod's finding with what its containers, or the scheduler, say in place of its phase. To health checks a pod that failed has
 * ended, and is fine; to a person it is not.
 */
export function withPodTrouble(finding: Finding): Finding {
  const { object, ref, state } = finding;
  if (!object || ref.kind !== 'Pod') return finding;
  const hasFailed = stringAt(object, 'status', 'phase') === 'Failed';
  if (state === 'ready' && !hasFailed) return finding;
  const trouble = containerTrouble(object) ?? podTrouble(object);
  return { ...finding, ...(hasFailed && { state: 'failed' }), ...trouble };
}

type Trouble = Pick<Finding, 'reason' | 'message' | 'state' | 'container'>;

/** Reasons of containers that only take their time. */
const starting = new Set(['ContainerCreating', 'PodInitializing']);

function containerTrouble(pod: KubeObject): Trouble | undefined {
  const containers = [
    ...listAt(pod, 'status', 'initContainerStatuses'),
    ...listAt(pod, 'status', 'containerStatuses'),
  ];
  const troubles = containers.flatMap((container) => waiting(container) ?? terminated(container) ?? []);
  return (
    troubles.find(({ reason }) => !starting.has(reason)) ?? troubles[0] ?? containers.flatMap(unready)[0]
  );
}

function waiting(container: unknown): Trouble | undefined {
  const reason = stringAt(container, 'state', 'waiting', 'reason');
  if (!reason) return undefined;
  const said = stringAt(container, 'state', 'waiting', 'message') ?? '';
  const before = exitText(recordAt(container, 'lastState', 'terminated'));
  const message = [said, before && `it ended before: ${before}`].filter(Boolean).join('; ');
  return trouble(container, starting.has(reason) ? 'waiting' : 'failed', reason, message);
}

function terminated(container: unknown): Trouble | undefined {
  const end = recordAt(container, 'state', 'terminated');
  if (!end || numberAt(end, 'exitCode') === 0) return undefined;
  return trouble(container, 'failed', stringAt(end, 'reason') ?? 'Error', exitText(end));
}

function unready(container: unknown): Trouble[] {
  const isRunning = recordAt(container, 'state', 'running') !== undefined;
  if (!isRunning || at(container, 'ready') === true) return [];
  return [
    trouble(
      container,
      'waiting',
      'NotReady',
      'it runs, and its readiness or startup probe has not succeeded',
    ),
  ];
}

function trouble(container: unknown, state: Trouble['state'], reason: string, message: string): Trouble {
  return { container: stringAt(container, 'name') ?? '', state, reason, message };
}

/** `OOMKilled, exit code 137`, and what it said last. */
function exitText(end: Record<string, unknown> | undefined): string {
  if (!end) return '';
  const [reason, message, code] = [
    stringAt(end, 'reason'),
    stringAt(end, 'message'),
    numberAt(end, 'exitCode'),
  ];
  const how = [reason, code === undefined ? '' : `exit code ${code}`].filter(Boolean).join(', ');
  return message ? `${how}: ${message.trim()}` : how;
}

function podTrouble(pod: KubeObject): Omit<Trouble, 'container'> | undefined {
  const scheduled = conditionNamed(pod, 'PodScheduled');
  if (scheduled?.status === 'False') {
    return { state: 'failed', reason: scheduled.reason || 'Unschedulable', message: scheduled.message };
  }
  const reason = stringAt(pod, 'status', 'reason');
  return reason ? { state: 'failed', reason, message: stringAt(pod, 'status', 'message') ?? '' } : undefined;
}
