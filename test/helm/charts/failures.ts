import { chartYaml, configMap, type TestChart } from './types.ts';

const chart = { 'Chart.yaml': chartYaml('app') };

/** Charts that cannot be rendered. */
export const failingCharts: readonly TestChart[] = [
  {
    has: 'a value that is required',
    files: {
      ...chart,
      'templates/c.yaml': configMap('a', 'x: {{ required "set .Values.x, please" .Values.x }}'),
    },
  },
  {
    has: 'a fail',
    files: { ...chart, 'templates/c.yaml': '{{ if true }}\n{{ fail "not like this" }}\n{{ end }}\n' },
  },
  {
    has: 'a template that does not parse',
    files: { ...chart, 'templates/c.yaml': 'a: 1\nb: {{ .Values.x\n' },
  },
  { has: 'an unknown function', files: { ...chart, 'templates/c.yaml': 'a: {{ frobnicate 1 }}\n' } },
  {
    has: 'an include that is not there',
    files: { ...chart, 'templates/c.yaml': 'a: {{ include "gone" . }}\n' },
  },
  {
    has: 'a nil pointer, two templates deep',
    files: {
      ...chart,
      'templates/_h.tpl':
        '{{- define "outer" }}{{ include "inner" . }}{{ end }}\n{{- define "inner" }}\n{{ .Values.a.b.c }}\n{{ end }}\n',
      'templates/c.yaml': 'x: {{ include "outer" . }}\n',
    },
  },
  {
    has: 'output that is no YAML',
    files: { ...chart, 'templates/c.yaml': 'kind: ConfigMap\nmetadata:\n  name: "a\n  x: [\n' },
  },
  {
    has: 'values that its schema refuses',
    files: {
      ...chart,
      'values.yaml': 'replicas: 1\n',
      'values.schema.json':
        '{"type": "object", "additionalProperties": false, "required": ["host"], "properties": {"replicas": {"type": "integer"}, "host": {"type": "string"}}}',
      'templates/c.yaml': configMap('a', 'x: "1"'),
    },
    values: { replicas: 'two', other: 1 },
  },
  {
    has: 'a subchart whose schema refuses',
    files: {
      'Chart.yaml': chartYaml('app', 'dependencies: [{name: sub, version: "*"}]\n'),
      'charts/sub/Chart.yaml': chartYaml('sub'),
      'charts/sub/values.yaml': 'size: 1\n',
      'charts/sub/values.schema.json':
        '{"type": "object", "properties": {"size": {"type": "integer", "maximum": 5}}}',
      'charts/sub/templates/c.yaml': configMap('a', 'x: "1"'),
    },
    values: { sub: { size: 9 } },
  },
  {
    has: 'a version of Kubernetes that is not there',
    files: {
      'Chart.yaml': chartYaml('app', 'kubeVersion: ">=1.99.0-0"\n'),
      'templates/c.yaml': configMap('a', 'x: "1"'),
    },
    kubeVersion: 'v1.30.2',
  },
  { has: 'nothing to install', files: { 'Chart.yaml': chartYaml('lib', 'type: library\n') } },
];
