import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import type { ChartFiles, ChartRepository } from '../helpers/chart-repository.ts';
import { namespace } from './stage.ts';

const labels = '{{- include "app.labels" . | nindent 4 }}';

/** Like the chart that `helm create` makes, with what Flux's own benchmark applies: four objects and no pods. */
const files: ChartFiles = {
  'values.yaml': `replicaCount: 0
colour: red
image:
  repository: example/app
  tag: ""
service:
  port: 80
settings:
  cache: "true"
  greeting: hello
`,
  'templates/_helpers.tpl': `{{- define "app.fullname" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "app.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "app.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "app.selector" . }}
{{- end }}
`,
  'templates/serviceaccount.yaml': `apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "app.fullname" . }}
  labels:
    ${labels}
`,
  'templates/configmap.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "app.fullname" . }}
  labels:
    ${labels}
data:
  colour: {{ .Values.colour }}
  {{- toYaml .Values.settings | nindent 2 }}
`,
  'templates/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: {{ include "app.fullname" . }}
  labels:
    ${labels}
spec:
  ports:
    - name: http
      port: {{ .Values.service.port }}
      targetPort: http
  selector:
    {{- include "app.selector" . | nindent 4 }}
`,
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "app.fullname" . }}
  labels:
    ${labels}
spec:
  replicas: {{ .Values.replicaCount }}
  selector:
    matchLabels:
      {{- include "app.selector" . | nindent 6 }}
  template:
    metadata:
      annotations:
        checksum/config: {{ include (print $.Template.BasePath "/configmap.yaml") . | sha256sum }}
      labels:
        {{- include "app.selector" . | nindent 8 }}
    spec:
      serviceAccountName: {{ include "app.fullname" . }}
      containers:
        - name: app
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.Version }}"
          envFrom:
            - configMapRef:
                name: {{ include "app.fullname" . }}
          ports:
            - name: http
              containerPort: 8080
`,
};

export const chartName = 'app';

/** Puts a version of the chart into a repository. */
export async function publishSmallChart(charts: ChartRepository, version: string): Promise<void> {
  await charts.publish(chartName, version, files);
}

/** A release of it, from a HelmRepository named `charts`, whatever 1.x is the newest. */
export function smallRelease(name: string): HelmRelease {
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace },
    spec: {
      interval: '60m',
      timeout: '5m',
      chart: {
        spec: {
          chart: chartName,
          version: '1.x',
          interval: '60m',
          sourceRef: { kind: 'HelmRepository', name: 'charts' },
        },
      },
      values: { colour: name, settings: { greeting: `hello from ${name}` } },
    },
  };
}
