import { FluxError } from '../errors/flux-error.ts';

/** The address of a repository, or of a chart in its index, cannot be used. */
export const invalidUrl = (why: string): FluxError =>
  new FluxError('FLUX_E_CHART_URL', `invalid Helm repository URL: ${why}`, {
    reason: 'URLInvalid',
    terminal: true,
    hint: 'use https://host/path or http://host/path, and oci://host/path with type: oci',
  });

/** The Secrets of a repository do not go together. */
export const badLogin = (why: string): FluxError =>
  new FluxError('FLUX_E_CHART_AUTH', `failed to detect authentication methods: ${why}`, {
    reason: 'AuthenticationFailed',
    hint: 'a Secret for a Helm repository has username and password, one for certificates ca.crt, or tls.crt and tls.key',
  });

/** What is wrong with a repository's index. */
export const badIndex = (why: string): FluxError =>
  new FluxError('FLUX_E_CHART_INDEX', `failed to load index: ${why}`, {
    reason: 'IndexationFailed',
    hint: 'the address has to be that of a chart repository: its index.yaml is what `helm repo index` writes',
  });

const noReference = 'InvalidChartReference';

/** A name that no chart can have. */
export const invalidName = (name: string): FluxError =>
  new FluxError(
    'FLUX_E_CHART_NAME',
    `invalid chart name '${name}': a valid name must be lower case letters and numbers and MAY be separated with dashes (-), slashes (/) or periods (.)`,
    { reason: noReference, terminal: true },
  );

/** The index has no such chart; `similar` are names that may have been meant. */
export const noChartName = (name: string, similar: readonly string[]): FluxError =>
  new FluxError('FLUX_E_CHART_NOT_FOUND', `no chart name found: the repository has no chart '${name}'`, {
    reason: noReference,
    terminal: true,
    hint: similar.length > 0 ? `it has ${similar.join(', ')}` : 'look it up with: helm search repo',
  });

export const noChartVersion = (name: string): FluxError =>
  new FluxError('FLUX_E_CHART_NOT_FOUND', `no chart version found: '${name}' has no valid version`, {
    reason: noReference,
    terminal: true,
  });

/** No version is in the range. */
export const noMatch = (name: string, range: string, newest: readonly string[]): FluxError =>
  new FluxError('FLUX_E_CHART_VERSION', `no '${name}' chart with version matching '${range}' found`, {
    reason: noReference,
    terminal: true,
    hint:
      newest.length > 0
        ? `the newest versions are ${newest.join(', ')}; prereleases count only for a range that names one, such as >0-0`
        : 'it has no version that is semantic',
  });

/** The same of a registry, which nobody tells of new versions: not terminal. */
export const noTag = ({ code, message, hint }: FluxError): FluxError =>
  new FluxError(code, message, { reason: 'ChartPullError', ...(hint ? { hint } : {}) });

export const invalidRange = (range: string, why: string): FluxError =>
  new FluxError('FLUX_E_CHART_VERSION', `invalid version range '${range}': ${why}`, {
    reason: noReference,
    terminal: true,
    hint: 'write a version such as 1.2.3, or a range such as ">=1.2 <2"',
  });

/** What is wrong with a chart's archive. */
export const badArchive = (why: string, hint?: string): FluxError =>
  new FluxError('FLUX_E_CHART_ARCHIVE', why, { reason: 'ChartPullError', ...(hint ? { hint } : {}) });

/** The thread that reads indexes and charts ran out of memory, took too long or ended. */
export const readerFailed = (what: string, why: string): FluxError =>
  new FluxError('FLUX_E_CHART_READER', `${what} cannot be read: ${why}`, {
    reason: 'Failed',
    hint: 'see how large it is and whether it has the usual form; the limits are --helm-index-max-size and --helm-chart-max-size',
  });
