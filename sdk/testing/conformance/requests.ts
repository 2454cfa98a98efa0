import type { Example } from '../../contract/examples/example.ts';
import { examples } from '../../contract/examples/index.ts';
import { type Operation, operations } from '../../contract/operations.ts';
import type { RecordedAnswer, RecordedRequest } from '../recorded.ts';
import type { RunOptions } from '../types.ts';
import type { ConformanceSetup, Subject } from './types.ts';

type Request = Readonly<Record<string, unknown>>;

/** Built by builders of plain manifests; others need files of their own. */
const plainFiles = {
  'apps/configmap.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: default\ndata:\n  colour: red\n',
};

/** The charts of the examples. */
const chartFiles = {
  'charts/app/Chart.yaml':
    'apiVersion: v2\nname: app\nversion: 1.2.3\nappVersion: "4.5"\n' +
    'dependencies:\n  - name: db\n    version: ^1.0.0\n    repository: https://charts.example.com\n',
  'charts/app/values.yaml': 'colour: red\n',
  'charts/app/crds/backup.yaml':
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: backups.example.com\n',
  'charts/app/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-settings\ndata:\n  colour: {{ .Values.colour }}\n{{ if .Values.fail }}{{ fail "wished for" }}{{ end }}\n',
  'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.5\n',
};

const filesOf: Partial<Record<Example['kind'], ConformanceSetup['files']>> = { chart: chartFiles };

/** The golden examples of what a plugin of the kind has to export. */
export function examplesOf({ kind }: Subject): readonly Example[] {
  const contract: Readonly<Record<string, Operation>> = operations[kind];
  return examples[kind].filter(({ operation }) => !contract[operation]?.optional);
}

/** An example as a call of this plugin: its type, settings and Secret in place of those of the example. */
export function optionsFor(subject: Subject, example: Example): RunOptions & { readonly request: Request } {
  const { kind, setup } = subject;
  return {
    kind,
    operation: example.operation,
    request: adapted(subject, asRecord(example.request)),
    ...(setup.secret && { secret: setup.secret }),
    files: setup.files ?? filesOf[kind] ?? plainFiles,
    respond: (request) => answerTo(request, setup),
  };
}

/** The first answer that the author gives for an address. */
export function answerTo({ url }: RecordedRequest, { respond = [] }: ConformanceSetup): RecordedAnswer {
  return respond.find((each) => url.includes(each.url ?? '')) ?? {};
}

function adapted({ kind, type, setup }: Subject, { secret: _, ...request }: Request): Request {
  const config = setup.config ?? {};
  switch (kind) {
    case 'notifier': {
      const provider = asRecord(request['provider']);
      const address = setup.address ?? provider['address'];
      return { ...request, provider: { ...provider, type, address, config } };
    }
    case 'source':
      return { ...request, spec: { ...asRecord(request['spec']), plugin: type, config } };
    case 'receiver':
      return { ...request, receiver: { ...asRecord(request['receiver']), type } };
    case 'builder':
    case 'policy':
      return { ...request, config };
    default:
      return request;
  }
}

export function asRecord(value: unknown): Request {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
