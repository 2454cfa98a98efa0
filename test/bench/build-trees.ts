import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A folder to build. */
export interface BenchTree {
  readonly metric: 'small' | 'overlay' | 'thousand' | 'threethousand' | 'edit';
  readonly path: string;
  /** Relative path → content. */
  readonly files: Readonly<Record<string, string>>;
  /** What a commit changes before the next build; absent: nothing. */
  readonly commit?: (number: number) => Readonly<Record<string, string>>;
}

const deployment = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels: {app: ${name}}
spec:
  replicas: 1
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      serviceAccountName: ${name}
      containers:
      - name: app
        image: registry.example.com/app:v1
        envFrom: [{configMapRef: {name: settings}}]
        ports: [{name: http, containerPort: 8080}]
        resources:
          requests: {cpu: 10m, memory: 32Mi}
          limits: {memory: 64Mi}
`;
const service = (name: string) => `apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec:
  selector: {app: ${name}}
  ports: [{name: http, port: 80, targetPort: http}]
`;
const account = (name: string) => `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ${name}}\n`;
const configMap = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: b, c: "1"}\n`;

function files(names: readonly string[], folder: string): Record<string, string> {
  const kinds = { deployment, service, account, configmap: configMap };
  return Object.fromEntries(
    names.flatMap((name) =>
      Object.entries(kinds).map(([kind, make]) => [`${folder}/${name}-${kind}.yaml`, make(name)]),
    ),
  );
}

function list(tree: Readonly<Record<string, string>>, folder: string): string {
  return Object.keys(tree)
    .map((file) => `- ${file.slice(folder.length + 1)}\n`)
    .join('');
}

function apps(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `app-${index}`);
}

function small(): BenchTree {
  const all = {
    'apps/ns.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: demo}\n',
    'apps/deployment.yaml': deployment('web'),
    'apps/service.yaml': service('web'),
  };
  return { metric: 'small', path: 'apps', files: all };
}

function overlay(): BenchTree {
  const base = files(apps(8), 'base');
  return {
    metric: 'overlay',
    path: 'prod',
    files: {
      ...base,
      'base/kustomization.yaml': `resources:\n${list(base, 'base')}configMapGenerator:\n- {name: settings, literals: [a=b]}\n`,
      'prod/kustomization.yaml': `resources: [../base]
namespace: prod
namePrefix: prod-
labels: [{pairs: {env: prod}, includeSelectors: true}]
commonAnnotations: {team: web}
images: [{name: registry.example.com/app, newTag: v2}]
patches:
- target: {kind: Deployment}
  patch: |
    - {op: replace, path: /spec/replicas, value: 3}
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: app-1}
    spec: {template: {spec: {containers: [{name: app, tty: true}]}}}
`,
    },
  };
}

function large(metric: BenchTree['metric'], count: number): BenchTree {
  const all = files(apps(count / 4), 'apps');
  // Every object is another one with the next tag: nothing of the last build is of use.
  const commit = (number: number) => ({
    'apps/kustomization.yaml': `resources:\n${list(all, 'apps')}namespace: apps
namePrefix: x-
labels: [{pairs: {team: web}}]
images: [{name: registry.example.com/app, newTag: v${number}}]
commonAnnotations: {build: "${number}"}
`,
  });
  return { metric, path: 'apps', files: { ...all, ...commit(0) }, commit };
}

/** One file of a thousand changes. */
function edit(): BenchTree {
  const tree = large('edit', 1000);
  const commit = (number: number) => ({
    'apps/app-7-deployment.yaml': deployment('app-7').replace('replicas: 1', `replicas: ${number}`),
  });
  return { ...tree, commit };
}

export const benchTrees: readonly BenchTree[] = [
  small(),
  overlay(),
  large('thousand', 1000),
  edit(),
  large('threethousand', 3000),
];

export function writeFiles(dir: string, files: BenchTree['files']): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
}
