import { isRecord, type Json, listAt } from '../json.ts';
import type { KubeObject } from '../kube/types.ts';

type Fill = (object: Json) => void;

/** Sets fields that are absent. */
function defaults(target: Json, values: Json): void {
  for (const [key, value] of Object.entries(values)) if (target[key] === undefined) target[key] = value;
}

/** The record at a key, made if it is absent; a scratch one if something else is there, for the API server to reject. */
function child(target: Json, key: string): Json {
  target[key] ??= {};
  const value = target[key];
  return isRecord(value) ? value : {};
}

function each(target: Json, key: string, fill: Fill): void {
  for (const item of listAt(target, key)) if (isRecord(item)) fill(item);
}

const container: Fill = (spec) => {
  defaults(spec, { name: '', resources: {} });
  each(spec, 'ports', (port) => defaults(port, { protocol: 'TCP' }));
};

const initContainer: Fill = (spec) => defaults(spec, { name: '', resources: {} });

const podSpec: Fill = (spec) => {
  defaults(spec, { containers: null });
  each(spec, 'containers', container);
  each(spec, 'initContainers', initContainer);
};

const template: Fill = (owner) => {
  const made = child(owner, 'template');
  defaults(made, { metadata: {} });
  podSpec(child(made, 'spec'));
};

const workload =
  (values: () => Json): Fill =>
  (object) => {
    const spec = child(object, 'spec');
    template(spec);
    defaults(spec, values());
  };

const service: Fill = (object) => {
  each(child(object, 'spec'), 'ports', (port) => defaults(port, { port: 0, targetPort: 0, protocol: 'TCP' }));
};

const cronJob: Fill = (object) => {
  const jobTemplate = child(child(object, 'spec'), 'jobTemplate');
  defaults(jobTemplate, { metadata: {} });
  template(child(jobTemplate, 'spec'));
};

const statefulSet: Fill = (object) => {
  workload(() => ({ selector: null, serviceName: '', updateStrategy: {} }))(object);
  for (const claim of listAt(object, 'spec', 'volumeClaimTemplates')) {
    if (isRecord(claim)) defaults(claim, { metadata: {}, spec: { resources: {} }, status: {} });
  }
};

/** Fields that Kubernetes' Go types write even when they are not set. */
const fills: Readonly<Record<string, Fill>> = {
  'v1/Pod': (object) => podSpec(child(object, 'spec')),
  'v1/Service': service,
  'apps/v1/Deployment': workload(() => ({ selector: null, strategy: {} })),
  'apps/v1/StatefulSet': statefulSet,
  'apps/v1/DaemonSet': workload(() => ({ selector: null, updateStrategy: {} })),
  'apps/v1/ReplicaSet': workload(() => ({ selector: null })),
  'batch/v1/Job': workload(() => ({})),
  'batch/v1/CronJob': cronJob,
  'rbac.authorization.k8s.io/v1/Role': (object) => defaults(object, { rules: null }),
  'rbac.authorization.k8s.io/v1/ClusterRole': (object) => defaults(object, { rules: null }),
};

/** Changes the object: see {@link fills}. Null stands for a list or pointer that is absent but always written. */
export function fillZeroValues(object: KubeObject): void {
  fills[`${object.apiVersion}/${object.kind}`]?.(object);
}
