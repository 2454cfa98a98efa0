import { chartYaml, configMap, type TestChart } from './types.ts';

const shows = (name: string) =>
  configMap(`{{ .Release.Name }}-${name}`, 'values: {{ toJson .Values | quote }}\nname: {{ .Chart.Name }}');
const chart = { 'Chart.yaml': chartYaml('app') };

/** How charts are put together, and what becomes of values. */
export const structureCharts: readonly TestChart[] = [
  {
    has: 'subcharts within subcharts, and global values',
    files: {
      'Chart.yaml': chartYaml(
        'app',
        'dependencies: [{name: web, version: 1.2.3}, {name: db, version: "*"}]\n',
      ),
      'values.yaml': 'global: {region: eu}\nweb: {replicas: 3, cache: {size: 9}}\n',
      'templates/c.yaml': shows('app'),
      'charts/web/Chart.yaml': chartYaml('web', 'dependencies: [{name: cache, version: 1.x}]\n'),
      'charts/web/values.yaml': 'replicas: 1\nport: 80\nglobal: {zone: a}\n',
      'charts/web/templates/c.yaml': shows('web'),
      'charts/web/charts/cache/Chart.yaml': chartYaml('cache'),
      'charts/web/charts/cache/values.yaml': 'size: 1\nkind: lru\n',
      'charts/web/charts/cache/templates/c.yaml': shows('cache'),
      'charts/db/Chart.yaml': chartYaml('db'),
      'charts/db/templates/c.yaml': shows('db'),
    },
    values: { global: { tier: 'gold' }, web: { port: 8080 } },
  },
  {
    has: 'conditions and tags',
    files: {
      'Chart.yaml': chartYaml(
        'app',
        'dependencies:\n  - {name: one, version: "*", condition: one.enabled}\n  - {name: two, version: "*", tags: [back]}\n  - {name: three, version: "*", tags: [front]}\n  - {name: four, version: "*", condition: "x.enabled,four.enabled", tags: [front]}\n',
      ),
      'values.yaml': 'one: {enabled: false}\ntags: {front: false, back: true}\nfour: {enabled: true}\n',
      'templates/c.yaml': shows('app'),
      ...Object.fromEntries(
        ['one', 'two', 'three', 'four'].flatMap((name) => [
          [`charts/${name}/Chart.yaml`, chartYaml(name)],
          [`charts/${name}/templates/c.yaml`, shows(name)],
        ]),
      ),
    },
    values: { tags: { back: false } },
  },
  {
    has: 'the same chart twice under two names',
    files: {
      'Chart.yaml': chartYaml(
        'app',
        'dependencies:\n  - {name: db, version: "*", alias: primary}\n  - {name: db, version: "*", alias: replica}\n',
      ),
      'values.yaml': 'primary: {size: 1}\nreplica: {size: 2}\n',
      'charts/db/Chart.yaml': chartYaml('db'),
      'charts/db/values.yaml': 'size: 0\nengine: pg\n',
      'charts/db/templates/c.yaml': shows('{{ .Chart.Name }}'),
    },
  },
  {
    has: 'imported values of children',
    files: {
      'Chart.yaml': chartYaml(
        'app',
        'dependencies:\n  - name: sub\n    version: "*"\n    import-values: [data, {child: default.deep, parent: taken}]\n',
      ),
      'values.yaml': 'own: 1\n',
      'templates/c.yaml': shows('app'),
      'charts/sub/Chart.yaml': chartYaml('sub'),
      'charts/sub/values.yaml':
        'exports: {data: {colour: red, own: 2}}\ndefault: {deep: {a: 1, b: {c: 2}}}\n',
      'charts/sub/templates/c.yaml': shows('sub'),
    },
  },
  {
    has: 'a library',
    files: {
      'Chart.yaml': chartYaml('app', 'dependencies: [{name: lib, version: "*"}]\n'),
      'templates/c.yaml': '{{ include "lib.configmap" (list . "from-lib") }}\n',
      'charts/lib/Chart.yaml': chartYaml('lib', 'type: library\n'),
      'charts/lib/templates/_configmap.tpl':
        '{{- define "lib.configmap" -}}\n{{- $root := index . 0 }}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ $root.Release.Name }}-{{ index . 1 }}\n{{- end }}\n',
      'charts/lib/templates/not-rendered.yaml': shows('lib'),
    },
  },
  {
    has: 'null deletion of defaults, in subcharts too',
    files: {
      'Chart.yaml': chartYaml('app', 'dependencies: [{name: sub, version: "*"}]\n'),
      'values.yaml': 'a: {b: 1, c: 2}\nlist: [1, 2]\nsub: {keep: 1}\ngone: {x: 1}\n',
      'templates/c.yaml': shows('app'),
      'charts/sub/Chart.yaml': chartYaml('sub'),
      'charts/sub/values.yaml': 'probe: {http: {path: /}, tcp: {port: 1}}\nkeep: 0\n',
      'charts/sub/templates/c.yaml': shows('sub'),
    },
    values: { a: { b: null }, gone: null, sub: { probe: { http: null } } },
  },
  {
    has: 'nulls in the defaults themselves',
    files: {
      ...chart,
      'values.yaml': 'a: null\nb: {c: ~, d: 1}\n',
      'templates/c.yaml': shows('app'),
    },
    values: { b: { c: 3 } },
  },
  {
    has: 'a table where the default is a text, and the other way round',
    files: { ...chart, 'values.yaml': 'a: text\nb: {c: 1}\n', 'templates/c.yaml': shows('app') },
    values: { a: { x: 1 }, b: 'text' },
  },
  {
    has: 'values in several documents',
    files: {
      ...chart,
      'values.yaml': 'a: 1\nc: {d: 1}\n---\nb: 2\nc: {e: 2}\n',
      'templates/c.yaml': shows('app'),
    },
  },
  {
    has: 'anchors, aliases and merges in values',
    files: {
      ...chart,
      'values.yaml': 'base: &base {a: 1, b: 2}\nother:\n  <<: *base\n  b: 3\nlist: [*base]\n',
      'templates/c.yaml': shows('app'),
    },
  },
  {
    has: 'a schema that the values meet',
    files: {
      'Chart.yaml': chartYaml('app', 'dependencies: [{name: sub, version: "*"}]\n'),
      'values.yaml': 'replicas: 2\nsub: {}\n',
      'values.schema.json':
        '{"$schema": "https://json-schema.org/draft-07/schema#", "type": "object", "required": ["replicas"], "properties": {"replicas": {"type": "integer", "minimum": 1}, "host": {"$ref": "#/definitions/host"}}, "definitions": {"host": {"type": "string", "pattern": "^[a-z.]+$"}}}',
      'templates/c.yaml': shows('app'),
      'charts/sub/Chart.yaml': chartYaml('sub'),
      'charts/sub/values.yaml': 'size: 1\n',
      'charts/sub/values.schema.json': '{"type": "object", "properties": {"size": {"type": "integer"}}}',
      'charts/sub/templates/c.yaml': shows('sub'),
    },
    values: { host: 'example.com' },
  },
  {
    has: 'CRDs, which are no part of the manifest',
    files: {
      ...chart,
      'crds/a.yaml':
        'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: {{ not.a.template }}\n',
      'templates/c.yaml': shows('app'),
    },
  },
  {
    has: 'hooks with weights, policies and several events',
    files: {
      ...chart,
      'templates/hooks.yaml': ['a', 'b', 'c']
        .map(
          (name, index) =>
            `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: ${name}\n  annotations:\n    helm.sh/hook: ${['pre-install', 'post-install, post-upgrade', 'pre-upgrade,PRE-ROLLBACK'][index]}\n    helm.sh/hook-weight: "${5 - index}"\n    helm.sh/hook-delete-policy: before-hook-creation, hook-succeeded\n`,
        )
        .join('---\n'),
      'templates/test.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: t\n  annotations:\n    helm.sh/hook: test-success\n    helm.sh/hook-output-log-policy: hook-failed\nspec: {containers: [{name: t, image: busybox}]}\n',
      'templates/unknown.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: u\n  annotations:\n    helm.sh/hook: crd-install\n',
      'templates/c.yaml': shows('app'),
    },
  },
  {
    has: 'kinds in the order of installation',
    files: {
      ...chart,
      'templates/all.yaml': [
        ['apps/v1', 'Deployment'],
        ['v1', 'Service'],
        ['example.com/v1', 'Unknown'],
        ['v1', 'Namespace'],
        ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
        ['rbac.authorization.k8s.io/v1', 'Role'],
        ['v1', 'ServiceAccount'],
        ['v1', 'Secret'],
        ['networking.k8s.io/v1', 'Ingress'],
        ['v1', 'ConfigMap'],
        ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
      ]
        .map(([apiVersion, kind]) => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: x\n`)
        .join('---\n'),
    },
  },
  {
    has: 'the first version of charts, with requirements.yaml',
    files: {
      'Chart.yaml': 'name: app\nversion: 0.1.0\nengine: gotpl\n',
      'requirements.yaml':
        'dependencies:\n  - {name: sub, version: "*", repository: "", condition: sub.on}\n',
      'values.yaml': 'sub: {on: true}\n',
      'templates/c.yaml': shows('app'),
      'charts/sub/Chart.yaml': 'apiVersion: v1\nname: sub\nversion: 0.1.0\n',
      'charts/sub/templates/c.yaml': shows('sub'),
    },
  },
  {
    has: 'ignored files, Windows line ends and a byte order mark',
    files: {
      ...chart,
      '.helmignore': '# comment\n*.bak\nsecret/\n/templates/skip*\n',
      'values.yaml': '\uFEFFa: 1\r\nb: 2\r\n',
      'templates/c.yaml': shows('app').replaceAll('\n', '\r\n'),
      'templates/skip.yaml': 'never',
      'secret/x': 'no',
      'x.bak': 'no',
      'templates/f.yaml': configMap('files', 'all: {{ range $n, $c := .Files }}{{ $n }} {{ end }}'),
    },
  },
  {
    has: 'templates of a subchart replaced by the parent',
    files: {
      'Chart.yaml': chartYaml('app', 'dependencies: [{name: sub, version: "*"}]\n'),
      'templates/_over.tpl': '{{- define "sub.name" }}from-parent{{ end }}\n',
      'charts/sub/Chart.yaml': chartYaml('sub'),
      'charts/sub/templates/_names.tpl': '{{- define "sub.name" }}from-sub{{ end }}\n',
      'charts/sub/templates/c.yaml': configMap('{{ include "sub.name" . }}', 'x: "{{ .Template.Name }}"'),
    },
  },
  {
    has: 'a version of Kubernetes that it needs',
    files: {
      'Chart.yaml': chartYaml('app', 'kubeVersion: ">=1.28.0-0"\n'),
      'templates/c.yaml': shows('app'),
    },
    kubeVersion: 'v1.30.2',
  },
];
