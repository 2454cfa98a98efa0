import { stringAt } from '@flux-host/host/json.ts';
import { fluxKindOf } from '../../kinds/index.ts';
import { commandLine } from '../by-kind.ts';
import { isFluxKind } from './judge.ts';
import type { Finding } from './types.ts';

/** What to do about a cause. */
export interface Advice {
  readonly hint?: string;
  /** Commands, the one to run first at the beginning. */
  readonly next: readonly string[];
  /** Where more is written. */
  readonly docs?: string;
}

const podHints: Readonly<Record<string, string>> = {
  ImagePullBackOff: 'check the name and tag of the image, and imagePullSecrets if the registry is private',
  ErrImagePull: 'check the name and tag of the image, and imagePullSecrets if the registry is private',
  InvalidImageName: 'correct the name of the image',
  CrashLoopBackOff: 'the program ends again and again: its last words are in the log of the previous run',
  OOMKilled: 'it needs more memory than resources.limits.memory allows',
  Error: 'the program ended with an error: its last words are in the log',
  CreateContainerConfigError:
    'a ConfigMap or Secret that the container refers to is missing, or lacks the key',
  CreateContainerError: 'the command, a mount or a device of the container is wrong',
  Unschedulable: 'no node has room for it or fits its selectors, affinities and tolerations',
  NotReady: 'look at what its probes ask for, and at its log',
  Evicted: 'its node ran out of a resource: set requests that are true',
};

/** Reasons with a section of their own in the documentation. */
const documented = new Set([
  'ArtifactFailed',
  'DependencyNotReady',
  'BuildFailed',
  'ReconciliationFailed',
  'PruneFailed',
  'HealthCheckFailed',
  'HealthCheckCanceled',
  'InvalidCELExpression',
  'AccessDenied',
  'GitOperationFailed',
  'AuthenticationFailed',
  'TokenNotFound',
  'ValidationFailed',
]);

const podLogs = new Set(['NotReady', 'Error', 'OOMKilled']);

/** The way out of a cause: what it says itself, else what is known about its reason. */
export function adviceFor(cause: Finding): Advice {
  const { ref, reason } = cause;
  const hint = cause.hint ?? (ref.kind === 'Pod' ? podHints[reason] : undefined);
  const docs = documented.has(reason) ? `docs/troubleshooting.md#${reason.toLowerCase()}` : undefined;
  return { ...(hint && { hint }), next: nextCommands(cause), ...(docs && { docs }) };
}

function nextCommands(cause: Finding): string[] {
  const { resource, state, isSuspended } = cause;
  if (state === 'missing') return [findCommand(cause)];
  if (!isFluxKind(resource)) return [kubectlCommand(cause)];
  if (isSuspended) return cliCommand('resume', cause);
  if (!cause.reason) return ['flux check', logsCommand(cause)];
  return [lookCommand(cause), ...cliCommand('reconcile', cause)];
}

function findCommand({ ref, resource }: Finding): string {
  if (!isFluxKind(resource)) return `kubectl get ${resource.plural} -A`;
  const kind = fluxKindOf(ref.kind);
  if (!kind?.verbs.includes('get')) return `kubectl get ${resource.plural}.${resource.group} -A`;
  const group = kind.group && `${kind.group}s`;
  return ['flux get', group, kind.getName ?? kind.name, '-A'].filter(Boolean).join(' ');
}

function kubectlCommand({ ref, reason, container }: Finding): string {
  const where = ref.namespace ? ` -n ${ref.namespace}` : '';
  if (ref.kind === 'Pod' && container) {
    if (reason === 'CrashLoopBackOff') return `kubectl logs ${ref.name} -c ${container} --previous${where}`;
    if (podLogs.has(reason)) return `kubectl logs ${ref.name} -c ${container}${where}`;
  }
  return `kubectl describe ${ref.kind.toLowerCase()} ${ref.name}${where}`;
}

function cliCommand(verb: 'resume' | 'reconcile', { ref }: Finding): string[] {
  const kind = fluxKindOf(ref.kind);
  return kind?.verbs.includes(verb) ? [`${commandLine(verb, kind)} ${ref.name} -n ${ref.namespace}`] : [];
}

/** The command that shows more of the failure than its message. */
function lookCommand(cause: Finding): string {
  const { ref, reason, object } = cause;
  if (ref.kind === 'Kustomization' && (reason === 'BuildFailed' || reason === 'ReconciliationFailed')) {
    const verb = reason === 'BuildFailed' ? 'build' : 'diff';
    const path = stringAt(object, 'spec', 'path') || './';
    return `flux ${verb} kustomization ${ref.name} --path ${path} -n ${ref.namespace}`;
  }
  if (ref.kind === 'HelmRelease')
    return `flux debug helmrelease ${ref.name} --show-values -n ${ref.namespace}`;
  return logsCommand(cause);
}

function logsCommand({ ref }: Finding): string {
  const where = ref.namespace ? ` -n ${ref.namespace}` : '';
  return `flux logs --kind=${ref.kind} --name=${ref.name}${where}`;
}
