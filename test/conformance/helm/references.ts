import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { KubeError } from '@flux-host/host/kube/errors.ts';
import type { ApiResource, KubeClient, KubeObject, NamespacedName } from '@flux-host/host/kube/types.ts';
import { createRedactor } from '@flux-host/host/observability/redact.ts';
import { valuesOf } from '@flux-host/host/reconcile/helm-release/values.ts';
import { ComposeResponse } from '@flux-host/sdk/contract/chart.ts';
import type { OpenPlugin } from '@flux-host/sdk/testing';
import Value from 'typebox/value';
import type { Outcome } from '../asset.ts';
import { fail, pass } from '../asset.ts';
import { compare } from '../diff.ts';
import { call } from './call.ts';
import { yaml } from './yaml.ts';

type References = NonNullable<HelmRelease['spec']['valuesFrom']>;
type Resource = KubeObject & { data?: Record<string, string> };

/** Values of ConfigMaps and Secrets, through the host's own reading of them. */
export async function checkReferences(
  plugin: OpenPlugin,
  input: { references?: References; resources?: Resource[]; values?: string },
  expected: { want?: object; wantErr?: boolean },
): Promise<Outcome> {
  const object: HelmRelease = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'release', namespace: 'apps' },
    spec: { interval: '1m', values: yaml(input.values) ?? {}, valuesFrom: input.references ?? [] },
  };
  const unused = () => Promise.reject(new Error('not asked for'));
  const engine = {
    inspect: unused,
    observe: unused,
    render: unused,
    async compose(request: object) {
      const { output, error } = await call(plugin, 'compose', { ...request });
      if (error || !Value.Check(ComposeResponse, output)) throw new Error(error ?? 'no answer');
      return output;
    },
  };
  const access = { client: clientWith(input.resources ?? []), redactor: createRedactor() };
  try {
    const { values } = await valuesOf(object, { engine, access, signal: AbortSignal.timeout(30_000) });
    return expected.wantErr ? fail(`no error: ${JSON.stringify(values)}`) : compare(expected.want, values);
  } catch (error) {
    return expected.wantErr ? pass : fail(String(error));
  }
}

/** An API server that has these objects. */
function clientWith(resources: readonly Resource[]): Pick<KubeClient, 'get'> {
  const get = async (resource: ApiResource, { name }: NamespacedName) => {
    const found = resources.find((each) => each.kind === resource.kind && each.metadata.name === name);
    if (found) return found;
    throw new KubeError('FLUX_E_KUBE_NOT_FOUND', `${name} not found`, {
      status: 404,
      kubeReason: 'NotFound',
      statusMessage: 'not found',
    });
  };
  return { get: get as KubeClient['get'] };
}
