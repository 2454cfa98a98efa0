import { removeInvalidCaBundle } from '@flux-host/host/apply/ca-bundle.ts';
import {
  type DiffType,
  hasChanges,
  hasType,
  type ObjectDiff,
  summarise,
  summariseBriefly,
} from '@flux-host/host/apply/diff/diff-set.ts';
import type { PatchOperation } from '@flux-host/host/apply/diff/json-patch.ts';
import { maskPatch } from '@flux-host/host/apply/diff/mask-patch.ts';
import { diffContent, diffMetadata, labelsAndAnnotations } from '@flux-host/host/apply/diff/objects.ts';
import { joinDifferences, reportDifferences } from '@flux-host/host/apply/diff/report.ts';
import { isImmutableText } from '@flux-host/host/apply/errors.ts';
import { throughGoTypes } from '@flux-host/host/apply/go-types/convert.ts';
import { isJob, jobsWithTtl } from '@flux-host/host/apply/health/job.ts';
import { maskData } from '@flux-host/host/apply/mask.ts';
import { normalise } from '@flux-host/host/apply/normalise.ts';
import { compareApplyOrder, parseGroupKinds } from '@flux-host/host/apply/order.ts';
import { compileSelector } from '@flux-host/host/apply/selector.ts';
import { isRecord, type Json, stringAt } from '@flux-host/host/json.ts';
import { formatRef, parseApiVersion } from '@flux-host/host/kube/object.ts';
import type { KubeObject, PartialObject } from '@flux-host/host/kube/types.ts';
import { load } from 'js-yaml';
import type { AssetRunner, Outcome } from '../asset.ts';
import { fail, skip } from '../asset.ts';
import { compare } from '../diff.ts';
import { tables } from '../table.ts';

/** Vectors of several functions have one form: fields that are absent are those of another function. */
interface Input {
  readonly objects?: readonly string[] & readonly KubeObject[];
  readonly object?: KubeObject;
  readonly resource?: KubeObject;
  readonly resources?: string;
  readonly u?: Partial<PartialObject> & Json;
  readonly x?: unknown;
  readonly y?: unknown;
  readonly opts?: unknown;
  readonly patch?: readonly PatchOperation[];
  readonly input?: string & { readonly old?: Json; readonly new?: Json };
  readonly ds?: readonly { readonly Type: DiffType }[];
  readonly t?: DiffType;
  readonly diffs?: readonly string[];
  readonly include?: readonly DiffType[];
  readonly match?: boolean;
  readonly selector?: Readonly<Record<string, string>>;
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly n?: string;
  readonly ns?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

interface Expected {
  readonly want?: unknown;
  readonly expected?: unknown;
  readonly wantErr?: boolean;
  readonly err?: { readonly error: string };
  readonly expectedApplyOrder?: readonly string[];
  readonly expectedDeleteOrder?: readonly string[];
  readonly expectRemoved?: boolean;
  readonly expectedBundle?: string;
}

type Check = (input: Input, expected: Expected) => Outcome;

export const runner: AssetRunner = {
  *cases(dir) {
    for (const table of tables<Input, Expected>(dir)) {
      for (const { name, input, expected } of table.cases) {
        const check = checks[table.function];
        const run = (): Outcome => check?.(input, expected) ?? fail(`no check for ${table.function}`);
        yield { name: `${table.function}: ${name}`, run };
      }
    }
  },
};

const selects: Check = (input, { want }) => {
  const given = Object.entries(input.selector ?? {});
  const selector = Object.fromEntries(
    given.map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), value]),
  );
  return compare(want, compileSelector(input.selector && selector)(selected(input)));
};

function selected({
  u,
  group,
  version = '',
  kind = '',
  n = '',
  ns = '',
  labels,
  annotations,
}: Input): PartialObject {
  if (u)
    return {
      apiVersion: u.apiVersion ?? '',
      kind: u.kind ?? '',
      metadata: { ...u.metadata, name: u.metadata?.name ?? '' },
    };
  const metadata = { name: n, namespace: ns, ...(labels && { labels }), ...(annotations && { annotations }) };
  return { apiVersion: group ? `${group}/${version}` : version, kind, metadata };
}

const record = (value: unknown): Json => (isRecord(value) ? value : {});

const ordered: Check = ({ objects = [] }, { expectedApplyOrder, expectedDeleteOrder }) => {
  const parsed = objects.map((text) => {
    const [apiVersion = '', kind = '', key = ''] = text.split(' ');
    const [namespace = '', name = ''] = key.split('/');
    return { text, kind, namespace, name, group: parseApiVersion(apiVersion).group };
  });
  const sorted = (sign: number) =>
    parsed.toSorted((a, b) => sign * compareApplyOrder(a, b)).map(({ text }) => text);
  return compare(
    { expectedApplyOrder, expectedDeleteOrder },
    { expectedApplyOrder: sorted(1), expectedDeleteOrder: sorted(-1) },
  );
};

const operations: readonly PatchOperation['op'][] = [
  'add',
  'replace',
  'replace',
  'replace',
  'remove',
  'remove',
];

/** The objects that upstream's test has beside its table. */
const fixture: readonly ObjectDiff[] = [
  { type: 'none', object: { kind: 'ConfigMap', namespace: 'namespace-1', name: 'config' } },
  { type: 'create', object: { kind: 'Secret', namespace: 'namespace-x', name: 'naughty' } },
  { type: 'exclude', object: { kind: 'StatefulSet', namespace: 'default', name: 'hello-world' } },
  {
    type: 'update',
    object: { kind: 'Deployment', namespace: 'tenant-y', name: 'touched-me' },
    patch: operations.map((op) => ({ op, path: '/spec' })),
  },
];

/** The vectors have no old values: a replaced map cannot be told from one with new keys. */
const maskedPatch: Check = ({ patch = [] }, { want }) => {
  const whole = patch.some(({ op, path }) => op === 'replace' && /^\/(data|stringData)$/.test(path));
  if (whole) return skip('the old value, which decides what is masked how, is not part of the case');
  return compare(
    want,
    maskPatch(patch).map(({ oldValue: _old, ...operation }) => operation),
  );
};

const goTypes: Check = ({ object }, { want, wantErr }) => {
  const converted = object && throughGoTypes({ ...object, metadata: object.metadata ?? {} });
  return wantErr ? compare(undefined, converted) : compare(want, converted);
};

const patch: Check = ({ x, y, opts }, { want = [] }) => {
  const changes = diffContent(record(x), record(y), { rationalise: opts !== undefined });
  return compare(
    want,
    changes.map(({ oldValue: _old, ...operation }) => operation),
  );
};

const checks: Readonly<Record<string, Check>> = {
  sort: ordered,
  TestParseGroupKindSet: ({ input = '' }, { expected }) =>
    compare(expected, Object.fromEntries([...parseGroupKinds(input)].map((kind) => [kind, {}]))),
  TestNormalizeUnstructured: ({ object }, { want }) =>
    compare(want, object && normalise({ ...object, metadata: object.metadata ?? {} })),
  TestFromUnstructured: goTypes,
  TestRemoveCABundleFromCRD: ({ object }, { expectedBundle = '' }) => {
    if (!object) return fail('the case has no object');
    removeInvalidCaBundle(object);
    return compare(
      expectedBundle,
      stringAt(object, 'spec', 'conversion', 'webhook', 'clientConfig', 'caBundle') ?? '',
    );
  },
  TestIsImmutableError: ({ match = false }, { err }) => compare(match, isImmutableText(err?.error ?? '')),
  TestIsJob: ({ apiVersion = '', kind = '' }, { want }) => compare(want, isJob({ apiVersion, kind })),
  TestExtractJobsWithTTL: ({ objects = [] }, { want }) => compare(want, jobsWithTtl(objects).length),
  TestSanitizeUnstructuredData: ({ input }, { want }) => {
    const { from, to } = maskData({
      ...(input?.old && { from: input.old }),
      ...(input?.new && { to: input.new }),
    });
    return compare(want, { ...(from && { old: from }), ...(to && { new: to }) });
  },
  TestMaskSecretPatchData: maskedPatch,
  Test_copyAnnotationsAndLabels: ({ u = {} }, { want }) => compare(want, labelsAndAnnotations(u)),
  Test_diffUnstructuredMetadata: ({ x, y }, { want = [] }) =>
    compare(
      want,
      diffMetadata(record(x), record(y)).map(({ oldValue: _old, ...operation }) => operation),
    ),
  Test_diffUnstructured: patch,
  TestDiffSet_HasType: ({ ds = [], t = 'none' }, { want }) =>
    compare(
      want,
      hasType(
        ds.map(({ Type }) => ({ type: Type })),
        t,
      ),
    ),
  TestDiffSet_HasChanges: ({ ds = [] }, { want }) =>
    compare(want, hasChanges(ds.map(({ Type }) => ({ type: Type })))),
  TestSelectorRegex_MatchGVK: selects,
  TestSelectorRegex_MatchName: selects,
  TestSelectorRegex_MatchNamespace: selects,
  TestSelectorRegex_MatchLabelSelector: selects,
  TestSelectorRegex_MatchAnnotationSelector: selects,
  TestSelectorRegex_MatchUnstructured: selects,
  TestReadObjects_DropsInvalid: () => skip('reading manifests is no part of applying them'),
  TestResourceName: ({ resource }, { want }) =>
    compare(
      want,
      resource &&
        formatRef({
          kind: resource.kind,
          namespace: resource.metadata.namespace ?? '',
          name: resource.metadata.name,
        }),
    ),
  TestSummarizeDiffSet: ({ include }, { want }) => compare(want, summarise(fixture, include)),
  TestSummarizeDiffSetBrief: ({ include = [] }, { want }) =>
    compare(want, summariseBriefly([...fixture, ...fixture.slice(0, 1)], include)),
  TestSimpleYAMLReporter_Report: ({ x = '', y = '' }, { want }) =>
    compare(want, reportDifferences(load(String(x)), load(String(y)))),
  TestSimpleYAMLReporter_String: ({ diffs = [] }, { want }) => compare(want, joinDifferences(diffs)),
  TestUnstructured: ({ x, y, opts }, { want }) => {
    // The only option that the upstream test gives is to leave out the status.
    const left = (value: unknown): Json =>
      opts === undefined ? record(value) : { ...record(value), status: null };
    return compare(want, reportDifferences(left(x), left(y)));
  },
};
