/** Its hook, its rollout and its deletion take a moment each, so that there is something to be killed in. */
export const killChart: Readonly<Record<string, string>> = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
  'chart/values.yaml': 'step: 0\nbad: false\n',
  'chart/templates/settings.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-settings
data:
  step: "{{ .Values.step }}"
`,
  'chart/templates/once.yaml': `{{- if mod .Values.step 2 }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-odd
data:
  step: "{{ .Values.step }}"
{{- end }}
`,
  'chart/templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  selector:
    matchLabels:
      app: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app: {{ .Release.Name }}
      {{- if .Values.bad }}
      annotations:
        local.flux-host.dev/pod: never-ready
      {{- end }}
    spec:
      containers:
        - name: app
          image: example.com/app:v{{ .Values.step }}
`,
  'chart/templates/migrate.yaml': `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  annotations:
    helm.sh/hook: pre-install,pre-upgrade,pre-rollback,pre-delete
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: example.com/migrate:v{{ .Values.step }}
`,
};
