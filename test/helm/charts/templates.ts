import { chartYaml, configMap, type TestChart } from './types.ts';

const chart = { 'Chart.yaml': chartYaml('app', 'appVersion: "4.5"\n') };

/** What templates can do. */
export const templateCharts: readonly TestChart[] = [
  {
    has: 'named templates, include and nindent',
    files: {
      ...chart,
      'values.yaml': 'labels: {team: a, tier: web}\n',
      'templates/_helpers.tpl':
        '{{- define "app.name" -}}{{ .Release.Name | trunc 63 | trimSuffix "-" }}-{{ .Chart.Name }}{{- end }}\n{{- define "app.labels" }}\napp.kubernetes.io/version: {{ .Chart.AppVersion | quote }}\n{{ toYaml .Values.labels }}\n{{- end }}\n',
      'templates/config.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include "app.name" . }}\n  labels: {{- include "app.labels" . | nindent 4 }}\n',
    },
  },
  {
    has: 'tpl, also of templates within values',
    files: {
      ...chart,
      'values.yaml':
        'host: "{{ .Release.Name }}.{{ .Values.domain }}"\ndomain: example.com\nnested: "{{ tpl .Values.host . }}"\n',
      'templates/config.yaml': configMap(
        'a',
        'host: {{ tpl .Values.host . }}\nnested: {{ tpl .Values.nested . }}',
      ),
    },
    values: { domain: 'example.org' },
  },
  {
    has: 'files: Get, Glob, AsConfig, AsSecrets and Lines',
    files: {
      ...chart,
      'conf/a.ini': 'a=1\nb=2\n',
      'conf/b.ini': '# ünï\n{{ not a template }}\n',
      'templates/config.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n{{ (.Files.Glob "conf/*").AsConfig | indent 2 }}\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n{{ (.Files.Glob "conf/a*").AsSecrets | indent 2 }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: lines\ndata:\n{{- range .Files.Lines "conf/a.ini" }}\n  {{ regexReplaceAll "=.*" . "" | default "none" }}: "x"\n{{- end }}\n  missing: {{ .Files.Get "gone" | quote }}\n',
    },
  },
  {
    has: 'the functions of sprig',
    files: {
      ...chart,
      'values.yaml': 'list: [c, a, b]\nname: some name\nnumber: 42\nfloat: 1.5\n',
      'templates/config.yaml': configMap(
        'sprig',
        [
          'sorted: {{ sortAlpha .Values.list | join "," }}',
          'sha: {{ sha256sum .Values.name }}',
          'b64: {{ b64enc .Values.name }}',
          'camel: {{ camelcase "some_name" }} {{ snakecase "someName" }} {{ kebabcase "someName" }}',
          'semver: {{ (semver "1.2.3-rc.1+b").Prerelease }} {{ semverCompare ">=1.0.0" "1.2.0" }}',
          'dict: {{ dict "a" 1 "b" (list 1 2) | toJson }}',
          'merged: {{ merge (dict "a" 1) (dict "a" 2 "b" 3) | toJson }}',
          'date: {{ dateInZone "2006-01-02" (toDate "2006-01-02" "2021-05-06") "UTC" }}',
          'math: {{ add 1 2 3 }} {{ mul 2 .Values.number }} {{ div 7 2 }} {{ mod 7 2 }} {{ addf 1.5 2 }} {{ round 1.2345 2 }}',
          'ternary: {{ ternary "yes" "no" (gt .Values.float 1.0) }}',
          'regex: {{ regexFindAll "[a-z]+" "ab 12 cd" -1 | join "+" }}',
          'url: {{ (urlParse "https://user@example.com:8080/p?q=1").host }}',
          'trunc: {{ abbrev 5 "abcdefgh" }} {{ nospace "a b" }} {{ wrap 3 "a b c" | quote }}',
          'path: {{ base "/a/b.txt" }} {{ dir "/a/b.txt" }} {{ ext "b.txt" }}',
          'quote: {{ squote "a" }}',
          'double: {{ quote "a\\"b" }}',
          'repeat: {{ "x" | repeat 3 }}',
          'until: {{ untilStep 0 10 3 | join "-" }}',
          'kind: {{ kindOf .Values.number }} {{ typeOf .Values.list }}',
          'hash: {{ adler32sum "x" }} {{ sha1sum "x" }}',
          'uniq: a {{ uniq (list "a" "a" "b") | toJson }} {{ without (list 1 2 3) 2 | toJson }} {{ chunk 2 (list 1 2 3) | toJson }}',
        ].join('\n'),
      ),
    },
  },
  {
    has: 'the functions of Helm: toYaml, fromYaml, toToml, fromJson and their kin',
    files: {
      ...chart,
      'values.yaml': 'a: {b: [1, 2.5, true, null, "x: y"]}\n',
      'templates/config.yaml': configMap(
        'a',
        'yaml: |{{ toYaml .Values.a | nindent 4 }}\njson: {{ toJson .Values.a | quote }}\npretty: {{ toPrettyJson .Values.a | quote }}\nraw: {{ toRawJson (dict "a" "<b>") | squote }}\ntoml: {{ toToml .Values | quote }}\nfrom: {{ (fromYaml "a: {b: 7}").a.b }} {{ index (fromJsonArray "[1,2]") 1 }} {{ (fromJson "{\\"x\\": 1}").x }} {{ fromYamlArray "[a, b]" | join "" }}\nerror: {{ (fromYaml "a: [").Error | quote }}\nrequired: {{ required "set it" .Values.a.b | toString }}',
      ),
    },
  },
  {
    has: 'release, chart and template objects',
    files: {
      'Chart.yaml': chartYaml(
        'app',
        'appVersion: "4.5"\ndescription: It does\nkeywords: [x, y]\nmaintainers: [{name: me, email: me@example.com}]\nannotations: {a: b}\nhome: https://example.com\n',
      ),
      'templates/deep/er/config.yaml': configMap(
        '{{ .Release.Name }}',
        'release: {{ .Release.Namespace }} {{ .Release.Revision }} {{ .Release.Service }} {{ .Release.IsInstall }} {{ .Release.IsUpgrade }}\nchart: {{ .Chart.Version }} {{ .Chart.Description }} {{ .Chart.Keywords | join "," }} {{ (index .Chart.Maintainers 0).Name }} {{ .Chart.Annotations.a }} {{ .Chart.Home }} {{ .Chart.IsRoot }}\ntemplate: {{ .Template.Name }} {{ .Template.BasePath }}\nsub: {{ .Subcharts | toJson }}',
      ),
    },
    release: 'my-release',
    namespace: 'some-namespace',
  },
  {
    has: 'what differs in an upgrade',
    files: {
      ...chart,
      'templates/config.yaml': configMap(
        'a',
        'upgrade: "{{ .Release.IsUpgrade }}"\n{{ if .Release.IsInstall }}first: "yes"{{ else }}again: "yes"{{ end }}',
      ),
    },
    isUpgrade: true,
  },
  {
    has: 'capabilities of an old cluster',
    files: {
      ...chart,
      'templates/config.yaml': configMap(
        'a',
        'version: {{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Major }} {{ .Capabilities.KubeVersion.Minor }} {{ .Capabilities.KubeVersion.GitVersion }}\nbatch: "{{ .Capabilities.APIVersions.Has "batch/v1" }}"\nhelm: {{ .Capabilities.HelmVersion.Version }}\nold: "{{ semverCompare "<1.30-0" .Capabilities.KubeVersion.Version }}"',
      ),
    },
    kubeVersion: 'v1.28.4-gke.100',
  },
  {
    has: 'kinds that the cluster has',
    files: {
      ...chart,
      'templates/config.yaml':
        '{{- if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1/ServiceMonitor" }}\napiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: a\n{{- end }}\n{{- if .Capabilities.APIVersions.Has "example.com/v1" }}\n---\napiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: t\n{{- end }}\n',
    },
    apiVersions: ['monitoring.coreos.com/v1/ServiceMonitor', 'example.com/v1'],
  },
  {
    has: 'lookups, which find nothing without a cluster',
    files: {
      ...chart,
      'templates/secret.yaml':
        '{{- $old := lookup "v1" "Secret" .Release.Namespace "pw" }}\napiVersion: v1\nkind: Secret\nmetadata:\n  name: pw\nstringData:\n  password: {{ if $old }}{{ index $old.data "password" | b64dec }}{{ else }}fresh{{ end }}\n  count: "{{ (lookup "v1" "Namespace" "" "").items | default list | len }}"\n  kinds: "{{ range (lookup "v1" "Pod" "x" "").items }}{{ .metadata.name }}{{ end }}"\n',
    },
  },
  {
    has: 'notes, empty files, comments and partials',
    files: {
      ...chart,
      'templates/NOTES.txt': 'Thanks for {{ .Chart.Name }}\n',
      'templates/empty.yaml': '{{- if .Values.nothing }}\nkind: X\n{{- end }}\n',
      'templates/comment.yaml': '# only a comment\n',
      'templates/_ignored.yaml': 'not: yaml: at all\n',
      'templates/config.yml': `# in front\n${configMap('a', 'x: "1"')}# behind\n---\n---\n${configMap('b', 'x: "2"')}`,
      'templates/readme.txt': configMap('text', 'x: "3"'),
    },
  },
  {
    has: 'numbers of all sizes',
    files: {
      ...chart,
      'values.yaml':
        'small: 3\nbig: 1000000\nhuge: 12345678901234567890\nfloat: 0.1\nexp: 1e3\noctal: 0777\nhex: 0x1F\nbool: yes\nnothing: ~\ndate: 2020-01-02\nport: "8080"\n',
      'templates/config.yaml': configMap(
        'a',
        'values: {{ .Values | toJson | quote }}\nbig: "{{ .Values.big }}"\nint: "{{ int64 .Values.big }}"\nyaml: |{{ toYaml .Values | nindent 4 }}',
      ),
    },
    values: { set: 2500000, frac: 1.25, text: 'x' },
  },
  {
    has: 'ranges, variables, with and else',
    files: {
      ...chart,
      'values.yaml': 'hosts: [{name: a, ports: [80, 443]}, {name: b}]\nmap: {z: 1, a: 2}\n',
      'templates/config.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: r\ndata:\n{{- range $i, $h := .Values.hosts }}\n  {{ $h.name }}: "{{ $i }}{{ with $h.ports }} {{ join "," . }}{{ else }} none{{ end }}"\n{{- end }}\n{{- range $k, $v := .Values.map }}\n  {{ $k }}: "{{ $v }}"\n{{- end }}\n{{- $x := 1 }}{{ range until 3 }}{{ $x = add $x . }}{{ end }}\n  sum: "{{ $x }}"\n',
    },
  },
];
