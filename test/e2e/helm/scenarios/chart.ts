/** A chart whose values decide how it fares: a web server, a Job that fails, tests that pass or fail. */
export const chartFiles = (name = 'app', version = '1.0.0'): Record<string, string> => ({
  'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\nappVersion: "6.3.1"\n`,
  'values.yaml': 'colour: red\nfail: false\nweb: false\ntest: ""\n',
  'templates/settings.yaml': settings,
  'templates/work.yaml': work,
  'templates/web.yaml': web,
  'templates/tests/check.yaml': check,
});

const settings = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-settings
  namespace: {{ .Release.Namespace }}
data:
  colour: {{ .Values.colour | quote }}
  revision: {{ .Release.Revision | quote }}
  isUpgrade: {{ .Release.IsUpgrade | quote }}
`;

/** Fails by the values, or by a ConfigMap of somebody else. A Job cannot be changed: each revision has its own. */
const work = `{{- $fate := lookup "v1" "ConfigMap" .Release.Namespace "fate" }}
{{- if or .Values.fail (dig "data" "fail" "" $fate) }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-work-{{ .Release.Revision }}
spec:
  backoffLimit: 0
  template:
    metadata:
      annotations: { local.flux-host.dev/pod: fail }
    spec:
      restartPolicy: Never
      containers: [{ name: work, image: example.com/work:1.0.0 }]
{{- end }}
`;

const web = `{{- if .Values.web }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata:
      labels: { app: {{ .Release.Name }} }
    spec:
      containers: [{ name: web, image: "example.com/web:{{ .Chart.AppVersion }}" }]
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  selector: { app: {{ .Release.Name }} }
  ports: [{ name: http, port: 9898 }]
{{- end }}
`;

const check = `{{- if .Values.test }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-check
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  backoffLimit: 0
  template:
    metadata:
      annotations: { local.flux-host.dev/pod: {{ .Values.test }} }
    spec:
      restartPolicy: Never
      containers: [{ name: check, image: example.com/check:1.0.0 }]
{{- end }}
`;
