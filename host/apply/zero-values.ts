import { isRecord, type Json, listAt, recordAt } from '../json.ts';
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

/** A quantity is a struct, which is written even when it is zero. */
const resourceField: Fill = (source) => {
  const reference = recordAt(source, 'resourceFieldRef');
  if (reference) defaults(reference, { divisor: '0' });
};

const initContainer: Fill = (spec) => {
  defaults(spec, { name: '', resources: {} });
  each(spec, 'env', (variable) => resourceField(recordAt(variable, 'valueFrom') ?? {}));
};

const container: Fill = (spec) => {
  initContainer(spec);
  each(spec, 'ports', (port) => defaults(port, { protocol: 'TCP' }));
};

const volume: Fill = (spec) => {
  each(recordAt(spec, 'downwardAPI') ?? {}, 'items', resourceField);
  each(recordAt(spec, 'projected') ?? {}, 'sources', (source) =>
    each(recordAt(source, 'downwardAPI') ?? {}, 'items', resourceField),
  );
  const claim = recordAt(spec, 'ephemeral', 'volumeClaimTemplate');
  if (claim) {
    defaults(claim, { metadata: {} });
    defaults(child(claim, 'spec'), { resources: {} });
  }
};

const podSpec: Fill = (spec) => {
  defaults(spec, { containers: null });
  each(spec, 'containers', container);
  each(spec, 'initContainers', initContainer);
  each(spec, 'volumes', volume);
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

const claim: Fill = (object) => defaults(child(object, 'spec'), { resources: {} });

const backend: Fill = (spec) => {
  const service = recordAt(spec, 'service');
  if (service) defaults(service, { port: {} });
};

const ingress: Fill = (object) => {
  const spec = child(object, 'spec');
  backend(recordAt(spec, 'defaultBackend') ?? {});
  each(spec, 'rules', (rule) =>
    each(recordAt(rule, 'http') ?? {}, 'paths', (path) => backend(child(path, 'backend'))),
  );
};

const networkPolicy: Fill = (object) => defaults(child(object, 'spec'), { podSelector: {} });

const emptySpec: Fill = (object) => defaults(object, { spec: {} });

/** Fields that Kubernetes' Go types write even when they are not set. */
const fills: Readonly<Record<string, Fill>> = {
  'v1/Pod': (object) => podSpec(child(object, 'spec')),
  'v1/Service': service,
  'v1/Namespace': emptySpec,
  'v1/PersistentVolume': emptySpec,
  'v1/PersistentVolumeClaim': claim,
  'v1/PodTemplate': template,
  'v1/ReplicationController': emptySpec,
  'v1/ResourceQuota': emptySpec,
  'apps/v1/Deployment': workload(() => ({ selector: null, strategy: {} })),
  'apps/v1/StatefulSet': statefulSet,
  'apps/v1/DaemonSet': workload(() => ({ selector: null, updateStrategy: {} })),
  'apps/v1/ReplicaSet': workload(() => ({ selector: null })),
  'batch/v1/Job': workload(() => ({})),
  'batch/v1/CronJob': cronJob,
  'coordination.k8s.io/v1/Lease': emptySpec,
  'networking.k8s.io/v1/Ingress': ingress,
  'networking.k8s.io/v1/IngressClass': emptySpec,
  'networking.k8s.io/v1/NetworkPolicy': networkPolicy,
  'policy/v1/PodDisruptionBudget': emptySpec,
  'rbac.authorization.k8s.io/v1/Role': (object) => defaults(object, { rules: null }),
  'rbac.authorization.k8s.io/v1/ClusterRole': (object) => defaults(object, { rules: null }),
  'scheduling.k8s.io/v1/PriorityClass': (object) => defaults(object, { value: 0 }),
  'storage.k8s.io/v1/CSIDriver': emptySpec,
};

/** Changes the object: see {@link fills}. Null stands for a list or pointer that is absent but always written. */
export function fillZeroValues(object: KubeObject): void {
  fills[`${object.apiVersion}/${object.kind}`]?.(object);
}
