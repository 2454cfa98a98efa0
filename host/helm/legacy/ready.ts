import { conditionOf, current, failed, inProgress } from '../../apply/health/fields.ts';
import type { Health } from '../../apply/types.ts';
import { listAt, numberAt, stringAt } from '../../json.ts';
import type { KubeObject } from '../../kube/types.ts';
import { deploymentReady, isObserved } from './deployment.ts';
import { daemonSetReady, statefulSetReady } from './sets.ts';

type Rule = (object: KubeObject, dependants: readonly KubeObject[]) => Health;

const podReady: Rule = (pod) =>
  conditionOf(pod, 'Ready')?.status === 'True' ? current('Pod is ready') : inProgress('Pod is not ready');

const jobReady: Rule = (job) => {
  const failures = numberAt(job, 'status', 'failed') ?? 0;
  const succeeded = numberAt(job, 'status', 'succeeded') ?? 0;
  const wanted = numberAt(job, 'spec', 'completions');
  if (failures > (numberAt(job, 'spec', 'backoffLimit') ?? 6)) return failed('job is failed');
  if (wanted !== undefined && succeeded < wanted) return inProgress(`Completed: ${succeeded}/${wanted}`);
  return current('Job is completed');
};

const serviceReady: Rule = (service) => {
  const type = stringAt(service, 'spec', 'type');
  if (type === 'ExternalName') return current('Service is external');
  if (!stringAt(service, 'spec', 'clusterIP')) return inProgress('Service has no cluster IP');
  const hasAddress =
    listAt(service, 'spec', 'externalIPs').length > 0 ||
    listAt(service, 'status', 'loadBalancer', 'ingress').length > 0;
  return type === 'LoadBalancer' && !hasAddress
    ? inProgress('Service has no address of its load balancer')
    : current('Service is ready');
};

const claimReady: Rule = (claim) => {
  const phase = stringAt(claim, 'status', 'phase');
  return phase === 'Bound' ? current('PVC is Bound') : inProgress(`PVC is not Bound. phase: ${phase}`);
};

/** A name that is taken is not for a release to wait for. */
const definitionReady: Rule = (definition) =>
  conditionOf(definition, 'Established')?.status === 'True' ||
  conditionOf(definition, 'NamesAccepted')?.status === 'False'
    ? current('CRD is established')
    : inProgress('CRD is not established');

const replicasReady: Rule = (object, pods) => {
  if (!isObserved(object)) return inProgress(`${object.kind} is not observed yet`);
  const waiting = pods.find((pod) => podReady(pod, []).status !== 'Current');
  return waiting ? inProgress(`Pod ${waiting.metadata.name} is not ready`) : current('All pods are ready');
};

const rules: Readonly<Record<string, Rule>> = {
  'v1/Pod': podReady,
  'v1/PersistentVolumeClaim': claimReady,
  'v1/ReplicationController': replicasReady,
  'v1/Service': serviceReady,
  'apiextensions.k8s.io/v1/CustomResourceDefinition': definitionReady,
  'apps/v1/DaemonSet': daemonSetReady,
  'apps/v1/Deployment': deploymentReady,
  'apps/v1/ReplicaSet': replicasReady,
  'apps/v1/StatefulSet': statefulSetReady,
  'batch/v1/Job': jobReady,
};

/** The rule of Helm 3 for a kind; undefined for one whose objects are ready once they are there. */
export function ruleOf({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): Rule | undefined {
  return rules[`${apiVersion}/${kind}`];
}
