import { gvkOf } from '../../kube/object.ts';
import type { KubeObject } from '../../kube/types.ts';
import type { Health } from '../types.ts';
import { customResourceDefinitionHealth } from './custom-resource-definition.ts';
import { daemonSetHealth } from './daemon-set.ts';
import { deploymentHealth } from './deployment.ts';
import { current } from './fields.ts';
import { genericHealth, readyHealth } from './generic.ts';
import { jobHealth } from './job.ts';
import { persistentVolumeClaimHealth } from './persistent-volume-claim.ts';
import { podHealth } from './pod.ts';
import { replicaSetHealth } from './replica-set.ts';
import { serviceHealth } from './service.ts';
import { statefulSetHealth } from './stateful-set.ts';

type Rule = (object: KubeObject) => Health;

const alwaysReady: Rule = () => current('Resource is always ready');

const rules: Readonly<Record<string, Rule>> = {
  '/ConfigMap': alwaysReady,
  '/PersistentVolumeClaim': persistentVolumeClaimHealth,
  '/Pod': podHealth,
  '/Secret': alwaysReady,
  '/Service': serviceHealth,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinitionHealth,
  'apps/DaemonSet': daemonSetHealth,
  'apps/Deployment': deploymentHealth,
  'apps/ReplicaSet': replicaSetHealth,
  'apps/StatefulSet': statefulSetHealth,
  'batch/CronJob': alwaysReady,
  // Its generation is checked before: the controller has then computed the disruptions.
  'policy/PodDisruptionBudget': () => current('AllowedDisruptions has been computed.'),
};

/**
 * The state of an object by the rules of kstatus (sigs.k8s.io/cli-utils), with Flux's own rule for Jobs. Ingresses and other
 * kinds that are not listed are judged by their conditions.
 */
export function computeHealth(object: KubeObject): Health {
  const { group, kind } = gvkOf(object);
  // Flux reads Jobs with its own rule only: a suspended one is done whatever its generation.
  if (group === 'batch' && kind === 'Job') return jobHealth(object);
  return genericHealth(object) ?? (rules[`${group}/${kind}`] ?? readyHealth)(object);
}
