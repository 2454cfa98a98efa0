import { createHash } from 'node:crypto';
import { entryOf } from '@flux-host/host/apply/inventory.ts';
import { digestAlgorithm } from '@flux-host/host/helm/digest.ts';
import { manifestObjects } from '@flux-host/host/helm/manifest.ts';
import { shortenName } from '@flux-host/host/helm/names.ts';
import { refOf } from '@flux-host/host/kube/object.ts';
import { testHooksOf } from '@flux-host/host/reconcile/helm-release/history.ts';
import type { OpenPlugin } from '@flux-host/sdk/testing';
import type { Outcome } from '../asset.ts';
import { fail, pass, skip } from '../asset.ts';
import { compare } from '../diff.ts';
import { call } from './call.ts';
import { kustomised } from './post-render.ts';
import { checkReferences } from './references.ts';
import { namespaced, recordedTests } from './world.ts';
import { yaml } from './yaml.ts';

type Fields = Readonly<Record<string, unknown>>;
type Check = (plugin: OpenPlugin, input: never, expected: never) => Outcome | Promise<Outcome>;

/** How each table is checked, by the function of upstream that it is of. */
export const checks: Readonly<Record<string, Check>> = {
  TestChartValuesFromReferences: checkReferences,
  TestReplacePathValue: (plugin, input: { path: string; value: string }, expected: Wanted) =>
    composed(
      plugin,
      { parts: [{ name: 'value', content: input.value, path: input.path }], values: {} },
      expected,
    ),
  TestReplacePathLiteralValue: (plugin, input: { path: string; value: string }, expected: Wanted) =>
    composed(
      plugin,
      { parts: [{ name: 'value', content: input.value, path: input.path, literal: true }], values: {} },
      expected,
    ),
  MergeMaps: (plugin, { a, b }: { a: Fields; b: Fields }, want: Fields) =>
    composed(plugin, { parts: [{ name: 'a', content: JSON.stringify(a) }], values: b }, { want }),
  TestDigestValues: async (
    plugin,
    { algo, values = {} }: { algo: string; values?: Fields },
    { want }: { want: string },
  ) =>
    compare(want, (await call(plugin, 'compose', { parts: [], values, algorithm: algo })).output['digest']),
  TestEncode: async (plugin, { input }: { input: Fields }, { want }: { want: string }) => {
    if (Object.keys(input).length === 0)
      return skip('values that are empty have the digest of nothing, see digest-values');
    return compare(
      sha256(want),
      (await call(plugin, 'compose', { parts: [], values: input })).output['digest'],
    );
  },
  // The order of keys is gone in a digest: both have to have the same.
  TestSortMapSlice: async (plugin, { input }: { input: Fields }, { want }: { want: Fields }) => {
    const digest = async (values: Fields) =>
      (await call(plugin, 'compose', { parts: [], values })).output['digest'];
    return compare(await digest(want), await digest(turned(input)));
  },
  TestVerifyValues: async (
    plugin,
    { digest, values = {} }: { digest: string; values?: Fields },
    { want }: { want: boolean },
  ) => {
    const algorithm = digest.split(':')[0] ?? '';
    const { output } = await call(plugin, 'compose', { parts: [], values, algorithm });
    return compare(want, output['digest'] === digest);
  },
  TestDigest: async (plugin, { algo, rel }: { algo: string; rel: Fields }, { exp }: { exp: string }) =>
    compare(exp, await observed(plugin, rel, algo.toLowerCase())),
  TestObserveRelease: async (
    plugin,
    { filters, release }: { filters?: readonly unknown[]; release: Fields },
    { want }: { want: Fields },
  ) => {
    if (filters?.length === 0 && hasTests(want)) return skip('tests never count here');
    const { output } = await call(plugin, 'observe', { release });
    return compare(await observed(plugin, want), output['digest']);
  },
  TestIgnoreHookTestEvents: async (plugin, { hooks }: { hooks: unknown }, { want }: { want: unknown }) =>
    compare(await observed(plugin, { hooks: want }), await observed(plugin, { hooks })),
  TestObservation_Targets: (_, input: Targets, { want }: { want: boolean }) => {
    const { obs, targetName, targetNamespace, targetVersion } = input;
    const isTarget =
      obs.name === targetName &&
      obs.namespace === targetNamespace &&
      (!targetVersion || obs.version === targetVersion);
    return compare(want, isTarget);
  },
  TestTestHooksFromRelease: (
    _,
    { filters = [] }: { filters?: { name: string; exclude?: boolean }[] },
    { want }: { want: Readonly<Record<string, Fields>> },
  ) => {
    const phases = (hooks: Readonly<Record<string, { readonly phase?: unknown }>>) =>
      Object.fromEntries(Object.entries(hooks).map(([name, { phase }]) => [name, phase]));
    return compare(phases(want), phases(testHooksOf(recordedTests, filters)));
  },
  TestAlgorithmForName: (
    _,
    { name }: { name: string },
    { want, wantErr }: { want: string; wantErr?: { error: string } },
  ) => {
    try {
      return compare(want, digestAlgorithm(name));
    } catch (error) {
      return wantErr && String(error).includes(wantErr.error) ? pass : fail(String(error));
    }
  },
  ShortName: (_, { name }: { name: string }, expected: string) => compare(expected, shortenName(name)),
  TestAddCRDs: (
    _,
    { crdFiles }: { crdFiles: { data: string }[] },
    { expectedIDs }: { expectedIDs: string[] },
  ) => {
    const objects = crdFiles.flatMap(({ data }) => manifestObjects(Buffer.from(data, 'base64').toString()));
    return compare(
      expectedIDs,
      objects.map((object) => entryOf(refOf(object)).id),
    );
  },
  TestAddManifest: (
    _,
    { manifest, releaseNamespace }: { manifest: string; releaseNamespace: string },
    { expectedIDs = [], expectError }: { expectedIDs?: string[]; expectError: boolean },
  ) => {
    try {
      const objects = manifestObjects(manifest).map((object) => namespaced(object, releaseNamespace));
      const ids = objects.map((object) => entryOf(refOf(object)).id);
      return expectError ? fail(`no error: ${ids}`) : compare(expectedIDs, ids);
    } catch (error) {
      return expectError ? pass : fail(String(error));
    }
  },
  Test_OriginLabels_Run: async (plugin, { renderedManifests }: Manifests, { expectManifests }: Manifests) =>
    assembled(plugin, renderedManifests, expectManifests, {
      labels: { 'helm.toolkit.fluxcd.io/name': 'name', 'helm.toolkit.fluxcd.io/namespace': 'namespace' },
    }),
  Test_CommonRenderer_Run: async (
    plugin,
    { renderedManifests, ...metadata }: Manifests,
    { expectManifests }: Manifests,
  ) => assembled(plugin, renderedManifests, expectManifests, metadata),
  Test_postRendererKustomize_Run: async (_, input: Manifests, { expectManifests }: Manifests) =>
    compare(yaml(expectManifests ?? ''), yaml(await kustomised(input))),
};

interface Manifests {
  readonly renderedManifests?: string;
  readonly expectManifests?: string;
  readonly images?: string;
  readonly patches?: string;
}

interface Targets {
  readonly obs: { readonly name: string; readonly namespace: string; readonly version: number };
  readonly targetName: string;
  readonly targetNamespace: string;
  readonly targetVersion: number;
}

interface Wanted {
  readonly want?: Fields;
  readonly wantErr?: boolean;
}

async function composed(plugin: OpenPlugin, request: Fields, { want, wantErr }: Wanted): Promise<Outcome> {
  const { output, error } = await call(plugin, 'compose', request);
  if (error) return wantErr ? pass : fail(error);
  return wantErr ? fail('it did not fail') : compare(want, output['values']);
}

/** The digest of an observation of upstream: that of a release with the same fields. */
async function observed(plugin: OpenPlugin, observation: Fields, algorithm = 'sha256'): Promise<unknown> {
  const { chartMetadata = {}, config, hooks, ...rest } = observation;
  const release = {
    ...rest,
    chart: { metadata: chartMetadata },
    ...(config ? { config } : {}),
    ...(hooks ? { hooks } : {}),
  };
  const { output, error } = await call(plugin, 'observe', { release, algorithm });
  return error ?? output['digest'];
}

function hasTests({ hooks }: Fields): boolean {
  return (
    Array.isArray(hooks) && hooks.some((hook) => Array.isArray(hook.events) && hook.events.includes('test'))
  );
}

async function assembled(
  plugin: OpenPlugin,
  rendered: string | undefined,
  expected: string | undefined,
  metadata: object,
): Promise<Outcome> {
  const { output, error } = await call(plugin, 'assemble', {
    streams: { '': rendered ?? '' },
    metadata: [metadata],
  });
  if (error) return fail(error);
  const documents = String(output['manifest'])
    .split(/^---\n# Source: .*\n/m)
    .slice(1)
    .map((text) => text.replace(/\n$/, ''));
  return compare(sorted((expected ?? '').split('---\n')), sorted(documents));
}

const sorted = (texts: readonly string[]): string[] => texts.map((text) => text.trim()).toSorted();

/** The same map with its keys the other way round. */
function turned(value: Fields): Fields {
  return Object.fromEntries(Object.entries(value).toReversed());
}

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
