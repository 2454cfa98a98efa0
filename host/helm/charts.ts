import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AddedMetadata,
  AssembleResponse,
  type ChartCrds,
  type ChartLookup,
  ComposeResponse,
  InspectResponse,
  ObserveResponse,
  RenderResponse,
} from '@flux-host/sdk/contract/chart.ts';
import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import { unexpectedAnswer } from '../build/errors.ts';
import { errorText } from '../errors/text.ts';
import { isRecord } from '../json.ts';
import { isKube } from '../kube/errors.ts';
import { parseApiVersion } from '../kube/object.ts';
import type { KubeClient } from '../kube/types.ts';
import type { Plugins } from '../plugins/types.ts';
import type { RenderedRelease } from './actions/rendered.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { DigestAlgorithm } from './digest.ts';
import { endlessLookups, noChart, postRenderFailed } from './errors.ts';
import type { Inspections } from './inspections.ts';
import type { Release, ReleaseChart } from './types.ts';

/** Charts in this language; the plugin that knows them. */
export const helm = 'helm';

/** Objects that templates look up may lead to others, but not for ever. */
const mostRounds = 20;

/** The plugin of charts, on behalf of one attempt at a HelmRelease. */
export interface ChartEngine {
  /** What is in a chart. With values, those definitions are left out that come with subcharts that they switch off. */
  inspect(chart: ChartFiles, values?: ComposeResponse): Promise<InspectResponse>;
  compose(request: { parts: readonly ValuesPart[]; values: object }): Promise<ComposeResponse>;
  /** Digests of a release. */
  observe(
    release: Release,
    how?: { ociDigest?: string | undefined; algorithm?: DigestAlgorithm | undefined },
  ): Promise<ObserveResponse>;
  /** @throws FluxError in Helm's words for what is wrong with templates or values */
  render(request: RenderWork): Promise<RenderedRelease & { readonly crds: readonly ChartCrds[] }>;
}

/** A chart on disk: a folder, and the chart in it. */
export interface ChartFiles {
  readonly dir: string;
  readonly chart: string;
  /** Of the content of the folder, where that is known. */
  readonly digest?: string;
}

export interface ValuesPart {
  readonly name: string;
  readonly content: string;
  readonly path?: string;
  readonly literal?: boolean;
}

/** An item of `spec.postRenderers`. */
export interface KustomizeRenderer {
  readonly patches?: readonly unknown[];
  readonly images?: readonly unknown[];
}

export interface RenderWork {
  readonly files: ChartFiles;
  readonly chartVersion: string;
  readonly values: object;
  readonly reuse?: { readonly values: object; readonly config: object };
  readonly release: { readonly name: string; readonly namespace: string; readonly revision: number };
  readonly isUpgrade: boolean;
  readonly skipSchemaValidation: boolean;
  readonly strategy: 'combined' | 'separate' | 'nohooks';
  readonly renderers: readonly KustomizeRenderer[];
  /** Added in this order, after the renderers. */
  readonly metadata: readonly AddedMetadata[];
  /** Definitions of the chart: their kinds are there although the API server may not have told yet. */
  readonly crds: readonly ChartCrds[];
  /** As whom objects are looked up. */
  readonly client: KubeClient;
  readonly timeoutMs: number;
}

export function createChartEngine(run: {
  plugins: Pick<Plugins, 'call'>;
  namespace: string;
  signal: AbortSignal;
  /** Of digests that are not asked for in a certain one. */
  algorithm: DigestAlgorithm;
  /** What is known of charts already. */
  inspections?: Inspections;
}): ChartEngine {
  const { plugins, namespace, signal, algorithm, inspections } = run;
  const call = async <S extends TSchema>(
    operation: string,
    schema: S,
    work: { input: Readonly<Record<string, unknown>>; dir?: string; timeoutMs?: number },
  ): Promise<Static<S>> => {
    const { output } = await plugins.call<unknown>({
      kind: 'chart',
      type: helm,
      operation,
      namespace,
      input: work.input,
      signal,
      ...(work.dir === undefined ? {} : { mounts: { '/in': work.dir } }),
      ...(work.timeoutMs === undefined ? {} : { limits: { timeoutMs: work.timeoutMs } }),
    });
    if (!Value.Check(schema, output)) throw unexpectedAnswer(helm, `its answer to ${operation} is none`);
    return output;
  };
  /** What was written is looked at again before the attempt ends. */
  const observed = new Map<string, Promise<ObserveResponse>>();
  return {
    async inspect(files, composed) {
      const known = inspections?.recall(files, composed?.digest);
      if (known) return known;
      const { dir, chart } = files;
      const answer = await call('inspect', InspectResponse, {
        input: { chart, ...(composed ? { values: composed.values } : {}) },
        dir,
      });
      inspections?.remember(files, answer, composed?.digest);
      return answer;
    },
    compose: (request) => call('compose', ComposeResponse, { input: { ...request, algorithm } }),
    observe(release, how = {}) {
      const input = {
        // Templates and files of the chart do not count.
        release: { ...release, chart: { metadata: release.chart.metadata } },
        ...(how.ociDigest ? { ociDigest: how.ociDigest } : {}),
        algorithm: how.algorithm ?? algorithm,
      };
      const key = createHash('sha256').update(JSON.stringify(input)).digest('base64');
      const answer = observed.get(key) ?? call('observe', ObserveResponse, { input });
      observed.set(key, answer);
      answer.catch(() => observed.delete(key));
      return answer;
    },
    async render(work) {
      const { files, client, renderers, metadata, strategy, timeoutMs, isUpgrade } = work;
      const lookups: object[] = [];
      const capabilities = await capabilitiesOf(client, { crds: work.crds, signal });
      for (let round = 0; round < mostRounds; round += 1) {
        const answer = await call('render', RenderResponse, {
          dir: files.dir,
          timeoutMs,
          input: {
            chart: files.chart,
            chartVersion: work.chartVersion,
            values: work.values,
            ...(work.reuse ? { reuse: work.reuse } : {}),
            release: { ...work.release, isInstall: !isUpgrade, isUpgrade },
            capabilities,
            skipSchemaValidation: work.skipSchemaValidation,
            lookups,
            postRender: { strategy, metadata, byHost: renderers.length > 0 },
          },
        });
        if ('lookups' in answer) {
          lookups.push(...(await Promise.all(answer.lookups.map((each) => lookUp(client, each, signal)))));
          continue;
        }
        const { chart, config = {}, notes, crds = [] } = answer;
        if (!isChart(chart)) throw unexpectedAnswer(helm, 'its chart has no metadata');
        const made =
          'streams' in answer
            ? await call('assemble', AssembleResponse, {
                timeoutMs,
                input: {
                  streams: await postRendered(
                    { plugins, namespace, signal, timeoutMs, renderers },
                    answer.streams,
                  ),
                  ...(answer.untouched ? { untouched: answer.untouched } : {}),
                  metadata,
                },
              })
            : answer;
        const hooks = made.hooks.map((hook) => ({ ...hook, last_run: { phase: '' as const } }));
        return { chart, config, notes, crds, manifest: made.manifest, hooks };
      }
      throw endlessLookups();
    },
  };
}

function isChart(value: object): value is ReleaseChart {
  return 'metadata' in value && isRecord(value.metadata);
}

/** One answer to a template's `lookup`. What may not be read fails the template, as in Helm. */
async function lookUp(client: KubeClient, asked: ChartLookup, signal: AbortSignal): Promise<object> {
  const { apiVersion, kind, namespace, name } = asked;
  try {
    const resource = await client.resourceFor({ ...parseApiVersion(apiVersion), kind }, { signal });
    if (name) return { ...asked, object: await client.get(resource, { namespace, name }, { signal }) };
    const options = resource.namespaced && namespace ? { namespace, signal } : { signal };
    const { items } = await client.list(resource, options);
    return { ...asked, object: { apiVersion, kind: `${kind}List`, items } };
  } catch (error) {
    signal.throwIfAborted();
    return isKube(error, 'notFound') ? asked : { ...asked, error: errorText(error) };
  }
}

interface PostRendering {
  readonly plugins: Pick<Plugins, 'call'>;
  readonly namespace: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly renderers: readonly KustomizeRenderer[];
}

/** Has kustomize change each stream, one renderer after the other. */
async function postRendered(
  run: PostRendering,
  streams: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const changed: Record<string, string> = {};
  for (const [group, stream] of Object.entries(streams)) {
    let current = stream;
    for (const [index, renderer] of run.renderers.entries()) {
      if (current.trim() === '') continue;
      current = await kustomized(run, renderer, current).catch((error: unknown) => {
        run.signal.throwIfAborted();
        throw postRenderFailed(index, error);
      });
    }
    changed[group] = current;
  }
  return changed;
}

async function kustomized(
  { plugins, namespace, signal, timeoutMs }: PostRendering,
  { patches, images }: KustomizeRenderer,
  stream: string,
): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'flux-host-post-render-'));
  try {
    await writeFile(join(dir, 'kustomization.yaml'), 'resources:\n  - helm-output.yaml\n');
    await writeFile(join(dir, 'helm-output.yaml'), stream);
    const spec = { ...(patches ? { patches } : {}), ...(images ? { images } : {}) };
    const { output } = await plugins.call<unknown>({
      kind: 'builder',
      type: 'kustomize',
      operation: 'build',
      namespace,
      mounts: { '/in': dir },
      input: { path: '', spec },
      signal,
      limits: { timeoutMs },
    });
    const resources = isRecord(output) ? output['resources'] : undefined;
    if (typeof resources !== 'string') throw unexpectedAnswer('kustomize', 'it gave no resources');
    return resources;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Where in an unpacked artifact the chart is. @throws FluxError FLUX_E_HELM_CHART */
export async function findChart(dir: string, source: string): Promise<ChartFiles> {
  const entries = await readdir(dir, { withFileTypes: true });
  if (entries.some(({ name }) => name === 'Chart.yaml')) return { dir, chart: '' };
  for (const entry of entries.filter((each) => each.isDirectory())) {
    if ((await readdir(join(dir, entry.name))).includes('Chart.yaml')) return { dir, chart: entry.name };
  }
  throw noChart(source);
}
