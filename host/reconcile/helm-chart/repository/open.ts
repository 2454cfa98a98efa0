import type { HelmRepository } from '@flux-host/crds/source/helm-repository.ts';
import type { VerifySpec } from '../../registry/verify.ts';
import type { ChartRepository, HelmChartOptions } from '../types.ts';
import { openHttpRepository } from './http.ts';
import { openRegistry } from './registry.ts';

/** What a chart is to be found in. */
export interface OpenRequest {
  readonly repository: Pick<HelmRepository, 'spec' | 'metadata' | 'status'>;
  readonly verify?: VerifySpec | undefined;
  /** For what is needed in between. */
  readonly workDir: string;
  readonly signal: AbortSignal;
}

/** @throws FluxError FLUX_E_CHART_URL, FLUX_E_CHART_AUTH, FLUX_E_SECRET */
export function openRepository(options: HelmChartOptions, request: OpenRequest): Promise<ChartRepository> {
  return request.repository.spec.type === 'oci'
    ? openRegistry(options, request)
    : openHttpRepository(options, request);
}
